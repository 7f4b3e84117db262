const EXTENSION = /\.(?:vue|[cm]?[jt]sx?)$/;
/** `Foo.client.vue` is a `Foo` in one place only. */
const MODE = /\.(?:client|server|global|island)$/;

/**
 * The name of a component by its place: `base/user/UserCard.vue` is `BaseUserCard`. What the folders and the file's name have in common
 * counts once. https://nuxt.com/docs/guide/directory-structure/components
 *
 * @param folders the folders whose names are part of it, outermost first
 */
export function componentName(folders: readonly string[], fileName: string): string {
  const stem = fileName.replace(EXTENSION, '').replace(MODE, '');
  const own = stem === 'index' ? [] : words(stem);
  const lower = own.map((word) => word.toLowerCase());
  let kept = folders.length;
  for (let i = folders.length - 1; i >= 0; i--) {
    const common = folders.slice(i).flatMap(words);
    if (common.every((word, at) => word.toLowerCase() === lower[at])) kept = i;
  }
  return [...folders.slice(0, kept).flatMap(words), ...own].map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function words(text: string): string[] {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .split(/[-_.\s/]+/)
    .filter((word) => word !== '');
}
