import { defineService, retentionConfig } from '@graphtail/runtime';
import { startNotifier } from './notifier.ts';

defineService({ name: 'notifier', config: retentionConfig, start: startNotifier });
