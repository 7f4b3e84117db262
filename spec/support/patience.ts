/** Specs run real servers, on machines that may be busy with other things: what hangs is told from what is slow by more than 5 s. */
jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000;
