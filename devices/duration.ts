/** A span of time in milliseconds. A bare number is not a Duration: say `seconds(10)`. */
export type Duration = number & { readonly unit: "ms" };

export const milliseconds = (value: number) => value as Duration;
export const seconds = (value: number) => (value * 1_000) as Duration;
export const minutes = (value: number) => (value * 60_000) as Duration;
export const hours = (value: number) => (value * 3_600_000) as Duration;
export const days = (value: number) => (value * 86_400_000) as Duration;
