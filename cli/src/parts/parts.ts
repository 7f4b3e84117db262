import type { BuildOptions, BuildOutcome } from '../../../scripts/build/dashboard.ts';

/** What `up` runs and serves: from a checkout, or from the npm package, where all of it is built. */
export type Parts = {
  /** The folder that services run in. */
  readonly home: string;
  /** The folder of the dashboard's build. The build may appear later. */
  readonly dashboard: string;
  /** The folder to analyse if no PATH is given; undefined: the folder that the user is in. */
  readonly ownRoot: string | undefined;
  /** Builds the services if they need it. Returns a function that gives a service's program. @throws if they can't be built */
  services(): Promise<(name: string) => string>;
  buildDashboard(options: BuildOptions): Promise<BuildOutcome>;
};
