export * from './file-lock.ts';
export * from './folder-watch.ts';
export * from './make-folder.ts';
export * from './processes.ts';
export * from './why-unwritable.ts';
