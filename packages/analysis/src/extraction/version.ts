/**
 * Part of every extraction's cache key, and of every file node. Raise it with each change of what is
 * extracted or linked, so that old results are never taken for new ones.
 */
export const ANALYZER_VERSION = '14';
