<?php

namespace AtlanticProxy\Whmcs;

/**
 * One service of WHMCS: a customer of its own in AtlanticProxy with one proxy user. Which customer it is stands in a property of
 * the service, so that nothing depends on an address that a client changes.
 */
final class Service
{
    private const CUSTOMER = 'AtlanticProxy customer', TRAFFIC = 'AtlanticProxy GB', GIVEN = 'AtlanticProxy given for',
        CHANGES = 'AtlanticProxy changes';

    private const GIGABYTE = 1_000_000_000;

    public function __construct(private readonly Api $api, private readonly array $params)
    {
    }

    /** May be repeated: what is there already stays. */
    public function create(): void
    {
        $customer = $this->customer() ?? $this->makeCustomer();
        $this->save([self::CUSTOMER => $customer['id']]);
        $this->givePlan($customer);
        $user = $this->proxyUser();
        if ($user === null) {
            $made = $this->post('/proxy-users', ['name' => $this->name(), 'customer' => $customer['id']]);
            $this->save(['username' => $made['name'], 'password' => $made['password']]);
        } elseif ($user['customer'] !== $customer['id']) {
            throw new ApiException("The name {$this->name()} belongs to another customer: set another username of the server "
                . 'in WHMCS, which names begin with.', 0);
        } elseif (($this->params['username'] ?? '') !== $this->name() || ($this->params['password'] ?? '') === '') {
            $this->save(['username' => $this->name()]);
            $this->changePassword();
        }
        if ($this->property(self::GIVEN) === '') {
            $this->giveTraffic('create');
        }
    }

    public function suspend(): void
    {
        $this->api->call('POST', "/customers/{$this->known()['id']}/suspend");
    }

    public function resume(): void
    {
        $this->api->call('POST', "/customers/{$this->known()['id']}/resume");
    }

    /** Also when it is gone already. */
    public function terminate(): void
    {
        if (($customer = $this->customer()) !== null) {
            $this->api->call('DELETE', "/customers/{$customer['id']}");
        }
        $this->save([self::CUSTOMER => '', self::GIVEN => '', self::TRAFFIC => '', self::CHANGES => '']);
    }

    /** Another plan, and what it has more in traffic; less counts from the next renewal on. */
    public function changePackage(): void
    {
        $customer = $this->known();
        $this->givePlan($customer);
        [$present, $changes] = [$this->property(self::TRAFFIC), (int) $this->property(self::CHANGES)];
        $more = $this->gigabytes() - (float) $present;
        if ($more > 0) {
            // Counted: the same change may be made, and paid, a second time.
            $this->grant($customer, $more, "change $changes from $present to {$this->gigabytes()}");
        }
        $this->save([self::TRAFFIC => (string) $this->gigabytes(), self::CHANGES => (string) ($changes + 1)]);
    }

    /** AtlanticProxy makes the new password: it is stored over the one that WHMCS has made. */
    public function changePassword(): void
    {
        $customer = $this->known();
        $user = $this->proxyUser();
        if ($user === null || $user['customer'] !== $customer['id']) {
            throw new ApiException('This service has no proxy user yet: run Create.', 0);
        }
        $made = $this->api->call('POST', "/proxy-users/{$user['id']}/rotate");
        $this->save(['password' => $made['password']]);
    }

    public function renew(): void
    {
        $this->known();
        $this->giveTraffic('renew');
    }

    /** Lives for a minute, and signs in once. */
    public function signInLink(): string
    {
        return $this->api->call('POST', "/customers/{$this->known()['id']}/sign-in-link")['url'];
    }

    /** @return array{used: int, left: ?int} bytes since the month began (UTC); null: no limit. */
    public function usage(): array
    {
        $user = $this->proxyUser() ?? throw new ApiException('There is no proxy user yet: run Create.', 0);
        $metrics = $this->api->text('GET', "/metrics?customer={$user['customer']}");
        preg_match_all('/^proxy_bytes_total\{proxy_user="' . $user['name'] . '",[^}]*\} (\d+)$/m', $metrics, $used);
        return [
            'used' => array_sum(array_map('intval', $used[1])),
            'left' => preg_match('/^proxy_bytes_left (\d+)$/m', $metrics, $left) ? (int) $left[1] : null,
        ];
    }

    /** The customer as the API has it, for the client area. */
    public function known(): array
    {
        return $this->customer()
            ?? throw new ApiException('There is no customer in AtlanticProxy for this service: run Create.', 0);
    }

    /** Of the proxy user: 3 to 32 small letters and digits. Names begin with the server's username, if it has one. */
    public function name(): string
    {
        $stored = (string) ($this->params['username'] ?? '');
        // The nightly count of traffic has no properties: what it asks for has been created.
        $isCreated = !isset($this->params['model']) || $this->property(self::CUSTOMER) !== '';
        if ($isCreated && preg_match('/^[a-z0-9]{3,32}$/', $stored)) {
            return $stored;
        }
        $prefix = preg_replace('/[^a-z0-9]/', '', strtolower((string) ($this->params['serverusername'] ?? '')));
        return substr($prefix ?: 'whmcs', 0, 16) . $this->params['serviceid'];
    }

    private function customer(): ?array
    {
        // By the property alone: names and addresses are what anybody may have typed.
        $id = $this->property(self::CUSTOMER);
        return $id === '' ? null : $this->api->find("/customers/$id");
    }

    private function proxyUser(): ?array
    {
        return $this->api->first('/proxy-users?name=' . rawurlencode($this->name()));
    }

    /**
     * By the client's address; where somebody has that already, by one with +s and the service's number: theirs, too. What a try
     * has made that ended halfway is answered again, by the key.
     */
    private function makeCustomer(): array
    {
        $client = $this->params['clientsdetails'];
        $name = trim($client['companyname'] ?? '') ?: trim("{$client['firstname']} {$client['lastname']}");
        foreach ([$this->email(), $this->ownEmail()] as $email) {
            try {
                return $this->post('/customers', ['email' => $email, 'name' => $name]);
            } catch (ApiException $refused) {
                if ($refused->reason !== 'customer.email_taken') {
                    throw $refused;
                }
            }
        }
        throw new ApiException("Customers of AtlanticProxy have {$this->email()} and {$this->ownEmail()} already: give the "
            . "client another address, or put the customer's id into the service's property '" . self::CUSTOMER . "'.", 0);
    }

    /** What was made by an earlier try is answered again, unless it has been deleted since. */
    private function post(string $path, array $body): array
    {
        $key = "whmcs-{$this->params['serviceid']}-" . hash('sha256', $path . json_encode($body));
        $made = $this->api->call('POST', $path, $body, $key);
        return isset($this->api->headers['idempotent-replayed']) && $this->api->find("$path/{$made['id']}") === null
            ? $this->api->call('POST', $path, $body, $key . '-' . bin2hex(random_bytes(4)))
            : $made;
    }

    private function givePlan(array $customer): void
    {
        $plan = $this->plan();
        if ($plan !== null && $plan !== ($customer['plan'] ?? null)) {
            $this->api->call('PUT', "/customers/{$customer['id']}/plan", ['plan' => $plan, 'endsAt' => null]);
        }
    }

    /** By id, or by name; null where the product has none. */
    private function plan(): ?string
    {
        $typed = trim((string) ($this->params['configoptions']['Plan'] ?? $this->params['configoption1'] ?? ''));
        if ($typed === '' || preg_match('/^pln_\d+$/', $typed)) {
            return $typed ?: null;
        }
        foreach (Plans::all($this->api) as $id => $name) {
            if (strcasecmp($name, $typed) === 0) {
                return $id;
            }
        }
        throw new ApiException("AtlanticProxy has no plan '$typed': choose one in the product's module settings.", 0);
    }

    /** Once for each due date, however often it is asked for. */
    private function giveTraffic(string $why): void
    {
        $period = $why . ' ' . ($this->params['model']->nextduedate ?? '');
        if ($this->gigabytes() <= 0 || $this->property(self::GIVEN) === $period) {
            return;
        }
        $this->grant($this->known(), $this->gigabytes(), $period);
        $this->save([self::GIVEN => $period, self::TRAFFIC => (string) $this->gigabytes()]);
    }

    private function grant(array $customer, float $gigabytes, string $key): void
    {
        $this->api->call('POST', "/customers/{$customer['id']}/grants",
            ['bytes' => (int) round($gigabytes * self::GIGABYTE), 'memo' => "Service {$this->params['serviceid']}"],
            "whmcs-{$this->params['serviceid']}-grant-" . hash('sha256', $customer['id'] . $key));
    }

    private function gigabytes(): float
    {
        return (float) ($this->params['configoptions']['Traffic (GB)'] ?? $this->params['configoption2'] ?? 0);
    }

    private function email(): string
    {
        return strtolower(trim((string) $this->params['clientsdetails']['email']));
    }

    private function ownEmail(): string
    {
        return preg_replace('/@/', "+s{$this->params['serviceid']}@", $this->email(), 1);
    }

    private function property(string $name): string
    {
        return isset($this->params['model']) ? (string) $this->params['model']->serviceProperties->get($name) : '';
    }

    private function save(array $properties): void
    {
        if (isset($this->params['model'])) {
            $this->params['model']->serviceProperties->save($properties);
        }
    }
}
