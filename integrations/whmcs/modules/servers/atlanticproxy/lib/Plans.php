<?php

namespace AtlanticProxy\Whmcs;

/** The plans that an appliance offers. */
final class Plans
{
    /** @return array<string, string> names by id. */
    public static function all(Api $api): array
    {
        $plans = [];
        $cursor = '';
        do {
            $page = $api->call('GET', '/plans?limit=200' . $cursor);
            foreach ($page['data'] as $plan) {
                if ($plan['offered']) {
                    $plans[$plan['id']] = $plan['name'];
                }
            }
            $cursor = isset($page['nextCursor']) ? '&cursor=' . rawurlencode($page['nextCursor']) : '';
        } while ($cursor !== '');
        return $plans;
    }
}
