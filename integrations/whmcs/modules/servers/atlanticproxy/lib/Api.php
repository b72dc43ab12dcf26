<?php

namespace AtlanticProxy\Whmcs;

/** What the API refused, in its own words and by its code, or that it could not be reached (status 0). */
final class ApiException extends \RuntimeException
{
    public function __construct(string $message, public readonly int $status, public readonly string $reason = '')
    {
        parent::__construct($message);
    }
}

/** The web API of an AtlanticProxy appliance, by a token of its staff. */
final class Api
{
    private const CONNECT_SECONDS = 10, ANSWER_SECONDS = 30;

    /** Members of answers that the module log must not have. */
    private const SECRET = '/"(password|token|url|subscriptionUrl)":"[^"]*"/';

    /** Headers of the last answer, in lower case. */
    public array $headers = [];

    private function __construct(private readonly string $base, private readonly string $token)
    {
    }

    /** Of the server in WHMCS: its host name, port and SSL switch, and the token as its access hash. */
    public static function of(array $params): self
    {
        $host = trim((string) ($params['serverhostname'] ?? '')) ?: trim((string) ($params['serverip'] ?? ''));
        $token = trim((string) ($params['serveraccesshash'] ?? ''));
        if ($host === '' || $token === '') {
            throw new ApiException('Set the host name and the access hash (an API token) of the server in WHMCS.', 0);
        }
        $scheme = ($params['serverhttpprefix'] ?? '') ?: (empty($params['serversecure']) ? 'http' : 'https');
        $port = (string) ($params['serverport'] ?? '');
        return new self("$scheme://$host" . ($port === '' ? '' : ":$port") . '/api/v1', $token);
    }

    /** Answers the body; nothing where there is none. A key makes a repeated POST safe for 24 hours. */
    public function call(string $method, string $path, ?array $body = null, ?string $key = null): array
    {
        return json_decode($this->text($method, $path, $body, $key), true) ?? [];
    }

    /** Answers the body as it is. */
    public function text(string $method, string $path, ?array $body = null, ?string $key = null): string
    {
        $this->headers = [];
        $sent = $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
        $headers = ["Authorization: Bearer {$this->token}", 'Content-Type: application/json'];
        if ($key !== null) {
            $headers[] = "Idempotency-Key: $key";
        }
        $curl = curl_init($this->base . $path);
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method, CURLOPT_HTTPHEADER => $headers, CURLOPT_RETURNTRANSFER => true,
            CURLOPT_CONNECTTIMEOUT => self::CONNECT_SECONDS, CURLOPT_TIMEOUT => self::ANSWER_SECONDS,
            CURLOPT_HEADERFUNCTION => function ($curl, string $line): int {
                [$name, $value] = array_pad(explode(':', $line, 2), 2, '');
                $this->headers[strtolower(trim($name))] = trim($value);
                return strlen($line);
            },
        ]);
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $sent);
        }
        $answer = curl_exec($curl);
        $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        $fault = curl_error($curl);
        curl_close($curl);
        logModuleCall('atlanticproxy', "$method $path", $sent,
            $answer === false ? $fault : preg_replace(self::SECRET, '"$1":"•"', (string) $answer), '', [$this->token]);
        if ($answer === false) {
            throw new ApiException("AtlanticProxy cannot be reached: $fault", 0);
        }
        if ($status >= 300) {
            $problem = json_decode((string) $answer, true);
            throw new ApiException(
                $problem['detail'] ?? "AtlanticProxy answered with status $status.", $status, $problem['code'] ?? '');
        }
        return (string) $answer;
    }

    /** The same, but null where it is not found. */
    public function find(string $path): ?array
    {
        try {
            return $this->call('GET', $path);
        } catch (ApiException $refused) {
            return $refused->status === 404 ? null : throw $refused;
        }
    }

    /** The first of a list; null when it is empty. */
    public function first(string $path): ?array
    {
        return $this->call('GET', $path)['data'][0] ?? null;
    }
}
