// Run by `npm ci`, plain JavaScript therefore: without development dependencies npm's own Node runs it, which may be too old for TypeScript. Then there is nothing to build with either.
const [major = '0'] = process.versions.node.split('.');
if (Number(major) >= 24) {
  const { prepare } = await import('./prepare.ts');
  await prepare();
}
