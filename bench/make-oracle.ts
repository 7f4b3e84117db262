/**
 * Makes an oracle for accuracy.ts: the calls and `new`s of a TypeScript checkout as the compiler resolves them.
 *
 * node bench/make-oracle.ts CHECKOUT [TSCONFIG] > ORACLE
 *
 * TSCONFIG says where specifiers lead; default: the checkout's own tsconfig.json, where there is one.
 * Calls of parameters and of local variables that hold no function literal are left out: they are nobody's symbols.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

const SKIPPED = new Set(['node_modules', '.git', 'dist', 'build']);
const MAX_BYTES = 1024 * 1024;

const [checkout, config] = process.argv.slice(2);
if (checkout === undefined) {
  console.error('usage: node bench/make-oracle.ts CHECKOUT [TSCONFIG] > ORACLE');
  process.exitCode = 2;
} else console.log(JSON.stringify(makeOracle(resolve(checkout), config)));

function makeOracle(root: string, configPath: string | undefined): { files: string[]; calls: string[][] } {
  const files = sourcesBelow(root);
  const own = join(root, 'tsconfig.json');
  const program = ts.createProgram(files, optionsFrom(configPath ?? (existsSync(own) ? own : undefined)));
  const checker = program.getTypeChecker();
  const pathOf = (source: ts.SourceFile): string => relative(root, source.fileName).split(sep).join('/');
  const known = new Set(files);
  const calls = new Set<string>();
  for (const source of program.getSourceFiles()) {
    if (!known.has(source.fileName) || source.isDeclarationFile) continue;
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
        for (const { declaration, name } of declarationsOf(checker, node.expression)) {
          const target = declaration.getSourceFile();
          if (known.has(target.fileName) && !target.isDeclarationFile) calls.add([pathOf(source), pathOf(target), name].join('\t'));
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  const paths = files.map((file) => relative(root, file).split(sep).join('/')).filter((path) => !path.endsWith('.d.ts'));
  return { files: paths, calls: [...calls].map((call) => call.split('\t')) };
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sourcesBelow(path);
    return entry.isFile() && /\.[cm]?tsx?$/.test(entry.name) && statSync(path).size <= MAX_BYTES ? [path] : [];
  });
}

function optionsFrom(configPath: string | undefined): ts.CompilerOptions {
  const options: ts.CompilerOptions = {
    noEmit: true,
    jsx: ts.JsxEmit.Preserve,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    skipLibCheck: true,
    strict: true,
    experimentalDecorators: true,
    allowImportingTsExtensions: true,
  };
  if (configPath === undefined) return options;
  const read = ts.readConfigFile(configPath, (path) => ts.sys.readFile(path));
  return { ...ts.parseJsonConfigFileContent(read.config, ts.sys, dirname(resolve(configPath))).options, ...options };
}

function* declarationsOf(checker: ts.TypeChecker, called: ts.Expression): Generator<{ declaration: ts.Declaration; name: string }> {
  let callee: ts.Expression = called;
  while (ts.isParenthesizedExpression(callee) || ts.isNonNullExpression(callee)) callee = callee.expression;
  const named = ts.isPropertyAccessExpression(callee) ? callee.name : ts.isIdentifier(callee) ? callee : undefined;
  let symbol = named === undefined ? undefined : checker.getSymbolAtLocation(named);
  if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) symbol = checker.getAliasedSymbol(symbol);
  for (const declaration of symbol?.declarations ?? []) {
    if (!isSymbolOfItsOwn(declaration)) continue;
    const own = (declaration as { name?: ts.Node }).name;
    const name = symbol!.name === 'default' || symbol!.name.startsWith('__#') ? (own?.getText() ?? symbol!.name) : symbol!.name;
    yield { declaration, name };
  }
}

function isSymbolOfItsOwn(declaration: ts.Declaration): boolean {
  if (ts.isParameter(declaration) || ts.isImportSpecifier(declaration) || ts.isImportClause(declaration)) return false;
  if (ts.isBindingElement(declaration)) return isTopLevel(declaration);
  if (!ts.isVariableDeclaration(declaration)) return true;
  const { initializer } = declaration;
  return (
    isTopLevel(declaration) || (initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)))
  );
}

function isTopLevel(node: ts.Node): boolean {
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) if (ts.isFunctionLike(at)) return false;
  return true;
}
