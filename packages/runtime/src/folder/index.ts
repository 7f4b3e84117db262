export * from './folder-watch.ts';
export * from './make-folder.ts';
export * from './why-unwritable.ts';
