/** The specifier by which a file refers to itself. A lookup in it goes through the file's exports, also the hidden ones. */
export const SELF = '<self>';
