<?php
// Calls that a program really makes, as an oracle for bench/accuracy.ts: what is missing here may still be right.
//
//   php -d xdebug.mode=trace -d xdebug.start_with_request=yes -d xdebug.trace_format=1 \
//       -d xdebug.output_dir=DIR -d xdebug.trace_output_name=calls -d xdebug.use_compression=0 TESTS
//   php bench/oracles/php-calls.php DIR/calls.xt CHECKOUT AUTOLOAD.php > ORACLE
//
// Only functions of the checkout that its own code calls, outside of tests, by a name that stands in the calling line: calls that PHP
// itself makes, or that go through `array_map` and its like, are none of which the source tells.

[, $trace, $checkout, $autoload] = $argv;
require $autoload;
$root = realpath($checkout) . '/';
$isOwn = fn (string $path): bool => str_starts_with($path, $root) && !preg_match('~/(?:test|tests|test_old|vendor)/~i', $path);
$lines = $calls = $seen = [];
$byLevel = [0 => true];

/** @return array{string, string}|null the file that declares it, and its name */
function target(string $function): ?array
{
    try {
        if (!preg_match('/^(.*?)(?:->|::)(.*)$/', $function, $parts)) {
            return [(new ReflectionFunction($function))->getFileName() ?: '', preg_replace('/^.*\\\\/', '', $function)];
        }
        $method = new ReflectionMethod($parts[1], $parts[2]);
        $name = $method->getName();

        return [$method->getFileName() ?: '', $name === '__construct' ? preg_replace('/^.*\\\\/', '', $parts[1]) : $name];
    } catch (ReflectionException) {
        return null;
    }
}

foreach (new SplFileObject($trace) as $line) {
    $fields = explode("\t", $line);
    if (count($fields) < 10 || $fields[2] !== '0') {
        continue;
    }
    [$level, , , , , $function, $isUser, , $caller, $number] = $fields;
    $byLevel[(int) $level] = $isUser === '1';
    if ($isUser !== '1' || !($byLevel[(int) $level - 1] ?? true) || isset($seen["$function $caller $number"])) {
        continue;
    }
    $seen["$function $caller $number"] = true;
    if (!$isOwn($caller) || str_contains($function, '{closure')) {
        continue;
    }
    $found = target($function);
    $text = ($lines[$caller] ??= file($caller))[(int) $number - 1] ?? '';
    if ($found === null || !$isOwn($found[0])) {
        continue;
    }
    $isMade = str_contains($text, 'parent::__construct') ? false : str_ends_with($function, '__construct');
    [$file, $name] = [$found[0], str_ends_with($function, '__construct') && !$isMade ? '__construct' : $found[1]];
    if (preg_match('/' . ($isMade ? 'new\s+[\w\\\\]*' : '(?<!\w)') . preg_quote($name, '/') . '(?!\w)/', $text)) {
        $calls["$caller\t$file\t$name"] = [substr($caller, strlen($root)), substr($file, strlen($root)), $name];
    }
}
$files = [];
foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($checkout, FilesystemIterator::SKIP_DOTS)) as $file) {
    if ($file->getExtension() === 'php' && $isOwn(realpath($file->getPathname()))) {
        $files[] = substr(realpath($file->getPathname()), strlen($root));
    }
}
sort($files);
ksort($calls);
echo json_encode(['executed' => true, 'files' => $files, 'calls' => array_values($calls)]), "\n";
