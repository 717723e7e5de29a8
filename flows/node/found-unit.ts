/** A unit that has described itself on a broker. */
export interface FoundUnit {
  readonly site: string;
  readonly unit: string;
  readonly kind: string;
  readonly title: string;
  readonly online: boolean;
}
