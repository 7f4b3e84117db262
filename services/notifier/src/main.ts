import { defineService } from '@graphtail/runtime';
import { z } from 'zod';
import { startNotifier } from './notifier.ts';

defineService({ name: 'notifier', config: z.object({}), start: startNotifier });
