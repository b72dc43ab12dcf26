<?php

/**
 * AtlanticProxy for WHMCS: sells proxies of an AtlanticProxy appliance by its web API. Each service is a customer there, with a
 * plan and one proxy user. See docs/whmcs.md.
 */

use AtlanticProxy\Whmcs\Api;
use AtlanticProxy\Whmcs\Plans;
use AtlanticProxy\Whmcs\Service;
use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/Api.php';
require_once __DIR__ . '/lib/Plans.php';
require_once __DIR__ . '/lib/Service.php';

const ATLANTICPROXY_SCOPES = ['customers:read', 'customers:write', 'customers:sign_in', 'proxy_users:read', 'proxy_users:write',
    'usage:read', 'plans:read', 'billing:write'];

const ATLANTICPROXY_MEGABYTE = 1_000_000;

function atlanticproxy_MetaData(): array
{
    return [
        'DisplayName' => 'AtlanticProxy', 'APIVersion' => '1.1', 'RequiresServer' => true, 'DefaultNonSSLPort' => '8000',
        'DefaultSSLPort' => '443', 'ServiceSingleSignOnLabel' => 'Open the proxy portal',
    ];
}

function atlanticproxy_ConfigOptions(): array
{
    return [
        'Plan' => ['Type' => 'text', 'Size' => '25', 'Loader' => 'atlanticproxy_LoadPlans', 'SimpleMode' => true,
            'Description' => 'A plan of AtlanticProxy, by name or id. Empty: none'],
        'Traffic (GB)' => ['Type' => 'text', 'Size' => '10', 'SimpleMode' => true,
            'Description' => 'Given at creation and at each renewal, on top of the plan. Empty: the plan alone'],
        'Proxy address' => ['Type' => 'text', 'Size' => '25', 'SimpleMode' => true,
            'Description' => 'What clients see, as proxy.example.com:8080. Empty: the host name of the server and 8080'],
    ];
}

/** What the product's settings offer as plans. */
function atlanticproxy_LoadPlans(array $params): array
{
    return Plans::all(Api::of($params));
}

function atlanticproxy_TestConnection(array $params): array
{
    try {
        $me = Api::of($params)->call('GET', '/me');
        $missing = array_diff(ATLANTICPROXY_SCOPES, $me['token']['scopes']);
        return match (true) {
            $me['token']['kind'] !== 'staff' => ['success' => false, 'error' => 'Use a token of your staff, not of a customer.'],
            $missing !== [] => ['success' => false, 'error' => 'The token lacks ' . implode(', ', $missing) . '.'],
            default => ['success' => true, 'error' => ''],
        };
    } catch (Throwable $fault) {
        return ['success' => false, 'error' => $fault->getMessage()];
    }
}

function atlanticproxy_CreateAccount(array $params): string
{
    return atlanticproxy_do($params, fn (Service $service) => $service->create());
}

function atlanticproxy_SuspendAccount(array $params): string
{
    return atlanticproxy_do($params, fn (Service $service) => $service->suspend());
}

function atlanticproxy_UnsuspendAccount(array $params): string
{
    return atlanticproxy_do($params, fn (Service $service) => $service->resume());
}

function atlanticproxy_TerminateAccount(array $params): string
{
    return atlanticproxy_do($params, fn (Service $service) => $service->terminate());
}

function atlanticproxy_ChangePackage(array $params): string
{
    return atlanticproxy_do($params, fn (Service $service) => $service->changePackage());
}

function atlanticproxy_ChangePassword(array $params): string
{
    return atlanticproxy_do($params, fn (Service $service) => $service->changePassword());
}

function atlanticproxy_Renew(array $params): string
{
    return atlanticproxy_do($params, fn (Service $service) => $service->renew());
}

/** Once for each server and day. One service that fails does not keep the others from theirs. */
function atlanticproxy_UsageUpdate(array $params): void
{
    $services = Capsule::table('tblhosting')->where('server', $params['serverid'])
        ->whereIn('domainstatus', ['Active', 'Suspended'])->get(['id', 'username']);
    foreach ($services as $row) {
        try {
            $service = new Service(Api::of($params), ['serviceid' => $row->id, 'username' => $row->username] + $params);
            ['used' => $used, 'left' => $left] = $service->usage();
            Capsule::table('tblhosting')->where('server', $params['serverid'])->where('username', $row->username)->update([
                'bwusage' => intdiv($used, ATLANTICPROXY_MEGABYTE),
                'bwlimit' => $left === null ? 0 : intdiv($used + $left, ATLANTICPROXY_MEGABYTE),
                'lastupdate' => date('Y-m-d H:i:s'),
            ]);
        } catch (Throwable $fault) {
            logModuleCall('atlanticproxy', 'UsageUpdate', "service $row->id", $fault->getMessage());
        }
    }
}

function atlanticproxy_ServiceSingleSignOn(array $params): array
{
    try {
        return ['success' => true, 'redirectTo' => (new Service(Api::of($params), $params))->signInLink()];
    } catch (Throwable $fault) {
        return ['success' => false, 'errorMsg' => $fault->getMessage()];
    }
}

function atlanticproxy_ClientArea(array $params): array
{
    $shown = ['fault' => '', 'state' => '', 'used' => '', 'left' => ''];
    try {
        $service = new Service(Api::of($params), $params);
        $shown['state'] = ucfirst(str_replace('_', ' ', $service->known()['standing']));
        ['used' => $used, 'left' => $left] = $service->usage();
        $shown['used'] = number_format($used / 1e9, 2) . ' GB';
        $shown['left'] = $left === null ? 'no limit' : number_format($left / 1e9, 2) . ' GB';
    } catch (Throwable $fault) {
        $shown['fault'] = 'The proxy service cannot be asked at the moment. Your proxies are not affected by that.';
    }
    $address = trim((string) ($params['configoption3'] ?? '')) ?: "{$params['serverhostname']}:8080";
    [$host, $port] = array_pad(explode(':', $address, 2), 2, '8080');
    return [
        'tabOverviewReplacementTemplate' => 'templates/overview.tpl',
        'templateVariables' => $shown + [
            'host' => $host, 'port' => $port, 'proxyUsername' => $params['username'], 'proxyPassword' => $params['password'],
            'signOn' => "clientarea.php?action=productdetails&id={$params['serviceid']}&dosinglesignon=1",
        ],
    ];
}

/** What WHMCS wants to hear: success, or why not. */
function atlanticproxy_do(array $params, callable $what): string
{
    try {
        $what(new Service(Api::of($params), $params));
        return 'success';
    } catch (Throwable $fault) {
        return $fault->getMessage();
    }
}
