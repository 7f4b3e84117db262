/** The name under which a component is known to all templates, because it is registered or lies in a folder of components. */
export function globalTag(name: string): string {
  return `<${name}>`;
}
