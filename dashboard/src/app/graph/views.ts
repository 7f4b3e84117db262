/** The views of the Graph page, in the order of their tabs. The first is shown if the address names none. */
export const VIEWS = [
  { name: 'map', title: 'Map', question: 'Where does it live?' },
  { name: 'structure', title: 'Structure', question: 'Are the parts well cut?' },
  { name: 'focus', title: 'Focus', question: 'What calls it, and what breaks if it changes?' },
] as const;
export type ViewName = (typeof VIEWS)[number]['name'];

export function viewNamed(name: string | undefined): ViewName {
  return VIEWS.find((view) => view.name === name)?.name ?? 'map';
}
