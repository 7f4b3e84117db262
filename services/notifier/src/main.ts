import { defineService } from '@graphtail/runtime';
import { notifierConfig } from './config.ts';
import { startNotifier } from './notifier.ts';

defineService({ name: 'notifier', config: notifierConfig, start: startNotifier });
