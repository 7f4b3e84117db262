import { LucideActivity, LucideGauge, LucideHeartPulse, LucideUsers, type LucideIconData } from '@lucide/angular';

/** The pages of the rail, in its order. `key`: after `g`. */
export const PAGES: readonly { readonly path: string; readonly name: string; readonly key: string; readonly icon: LucideIconData }[] = [
  { path: '/', name: 'Overview', key: 'o', icon: LucideGauge.icon },
  { path: '/events', name: 'Events', key: 'e', icon: LucideActivity.icon },
  { path: '/consumers', name: 'Consumers', key: 'c', icon: LucideUsers.icon },
  { path: '/pipeline', name: 'Health', key: 'h', icon: LucideHeartPulse.icon },
];
