<?php

/**
 * What of WHMCS the module needs, for tests: reads {function, params, properties, hosting} as JSON, calls the function, and
 * writes {result, properties, hosting, log}.
 */

namespace WHMCS\Database {
    final class Capsule
    {
        public static array $rows = [];

        private array $filters = [];

        public static function table(string $name): self
        {
            return $name === 'tblhosting' ? new self() : throw new \Exception("No table $name.");
        }

        public function where(string $column, mixed $value): self
        {
            return $this->whereIn($column, [$value]);
        }

        public function whereIn(string $column, array $values): self
        {
            $this->filters[$column] = $values;
            return $this;
        }

        public function get(array $columns): array
        {
            return array_map(fn ($row) => (object) array_intersect_key($row, array_flip($columns)), $this->found());
        }

        public function update(array $values): int
        {
            foreach (array_keys($found = $this->found()) as $index) {
                self::$rows[$index] = $values + self::$rows[$index];
            }
            return count($found);
        }

        private function found(): array
        {
            return array_filter(self::$rows, fn ($row) => array_reduce(array_keys($this->filters),
                fn ($fits, $column) => $fits && in_array($row[$column], $this->filters[$column]), true));
        }
    }
}

namespace {
    const WHMCS = true;

    final class ServiceProperties
    {
        public function __construct(public array $values)
        {
        }

        public function get(string $name): string
        {
            return $this->values[$name] ?? '';
        }

        public function save(array $values): void
        {
            $this->values = $values + $this->values;
        }
    }

    function logModuleCall($module, $action, $request, $response, $processed = '', array $masked = []): void
    {
        $GLOBALS['log'][] = str_replace($masked, '***', "$module: $action $request => $response $processed");
    }

    $log = [];
    $asked = json_decode(stream_get_contents(STDIN), true);
    \WHMCS\Database\Capsule::$rows = $asked['hosting'] ?? [];
    $properties = new ServiceProperties((array) $asked['properties']);
    $params = $asked['params'];
    foreach (['username', 'password'] as $own) {
        $params[$own] = $properties->get($own);
    }
    if ($asked['function'] !== 'UsageUpdate') {
        $params['model'] = (object) ['serviceProperties' => $properties, 'nextduedate' => $asked['nextDueDate'] ?? ''];
    }
    require $asked['module'];
    $result = in_array($asked['function'], ['MetaData', 'ConfigOptions'], true)
        ? ('atlanticproxy_' . $asked['function'])()
        : ('atlanticproxy_' . $asked['function'])($params);
    echo json_encode(['result' => $result, 'properties' => (object) $properties->values,
        'hosting' => \WHMCS\Database\Capsule::$rows, 'log' => $log], JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
}
