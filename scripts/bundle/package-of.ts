/** The installed package that a file belongs to: its name, and its folder. */
export function packageOf(file: string): { readonly name: string; readonly folder: string } | undefined {
  const match = /^(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/.exec(file);
  return match === null ? undefined : { folder: match[1]!, name: match[2]!.replaceAll("\\", "/") };
}
