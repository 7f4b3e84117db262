import { LucideActivity, LucideGauge, LucideHeartPulse, LucideNetwork, LucideUsers, type LucideIconData } from '@lucide/angular';

export type Page = {
  readonly path: string;
  readonly name: string;
  /** After `g`. */
  readonly key: string;
  readonly icon: LucideIconData;
  /** Shows the selected node, at the selected offset. The other pages show the present, whatever was selected. */
  readonly isAboutSelection?: true;
  /** On a phone it is in the bar; the others are under More. */
  readonly isInBar?: true;
};

/** The pages of the rail, in its order. */
export const PAGES: readonly Page[] = [
  { path: '/', name: 'Overview', key: 'o', icon: LucideGauge.icon, isInBar: true },
  { path: '/events', name: 'Events', key: 'e', icon: LucideActivity.icon, isInBar: true },
  { path: '/graph', name: 'Graph', key: 'g', icon: LucideNetwork.icon, isInBar: true, isAboutSelection: true },
  { path: '/consumers', name: 'Consumers', key: 'c', icon: LucideUsers.icon },
  { path: '/pipeline', name: 'Health', key: 'h', icon: LucideHeartPulse.icon, isInBar: true },
];
