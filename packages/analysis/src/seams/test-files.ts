const TEST_FILE = /(?:^|\/)(?:tests?|__tests__|specs?|e2e)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)test_[^/]*$|(?:^|\/)conftest\.py$/;

/** Whether a path belongs to a test, or to a file that only tests use. */
export function isTestFile(path: string): boolean {
  return TEST_FILE.test(path);
}
