// Runs before the first paint, so that a remembered theme never flashes. A file of its own: the content security policy allows no inline script.
try {
  const theme = localStorage.getItem('graphtail.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage (private window): the system's choice holds.
}
