import { Component } from '@angular/core';
import { AnalysisProgress } from '../analysis-progress/analysis-progress.ts';
import { EventLog } from '../event-log/event-log.ts';
import { GraphContents } from '../graph-contents/graph-contents.ts';
import { LiveStats } from '../live-stats/live-stats.ts';

/** The overview: figures and the graph's contents, with the newest facts beside them. */
@Component({
  selector: 'gt-overview',
  imports: [AnalysisProgress, EventLog, GraphContents, LiveStats],
  template: `
    <div class="state">
      <gt-live-stats />
      <gt-analysis-progress />
      <gt-graph-contents />
    </div>
    <gt-event-log />
  `,
  styleUrl: './overview.css',
})
export class Overview {}
