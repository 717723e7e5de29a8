/** The part of modbus-serial that brings no types of its own. */
declare module "modbus-serial/utils/crc16.js" {
  /** CRC-16/MODBUS; its low byte is sent first. */
  export default function crc16(bytes: Uint8Array): number;
}
