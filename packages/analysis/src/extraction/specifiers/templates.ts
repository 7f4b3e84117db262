/** The specifier by which a template refers to the component that names it. */
export const COMPONENT_OF_TEMPLATE = '<component>';
/** The name under which a template's group has its component. */
export const COMPONENT = 'component';

const PREFIX = 'template ';

/** The name under which a file exports the component whose template is at a specifier. */
export function templateExport(specifier: string): string {
  return `${PREFIX}${specifier}`;
}

/** The specifier of the template, if this is the name of such an export. */
export function templateOfExport(name: string): string | undefined {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
}

/** The group that contains the component of a template. */
export function templateGroup(path: string): string {
  return `template:${path}`;
}
