import { join } from 'node:path';
import { Linker, ParserPool, discoverFiles, type DiscoveredFile, type FileRules } from './analysis/index.ts';
