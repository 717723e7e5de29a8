/** Where the street is: degrees north and east (WGS 84), and its IANA time zone (`Europe/Rome`). */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
}

/** RangeError when the coordinates cannot be. */
export function checkLocation({ latitude, longitude }: Location): void {
  if (!(Math.abs(latitude) <= 90))
    throw new RangeError(`latitude ${latitude} is not from −90 (south) to 90 (north) degrees`);
  if (!(Math.abs(longitude) <= 180))
    throw new RangeError(`longitude ${longitude} is not from −180 (west) to 180 (east) degrees`);
}
