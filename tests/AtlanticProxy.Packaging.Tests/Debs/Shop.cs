using System.Text.Json;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Packaging.Tests.Debs;

/// <summary>
/// A reseller's first day on a machine, by the command line: a provider, a customer, and requests through the proxy.
/// </summary>
public sealed class Shop
{
    private const string Customer = "carol@example.com", Provider = "127.0.0.1:9001";

    private readonly BootedDebian _machine;
    private readonly string _proxy;

    private Shop(BootedDebian machine, string secret) => (_machine, _proxy) = (machine, $"http://alice:{secret}@127.0.0.1:8080");

    public static async Task<Shop> OpenAsync(BootedDebian machine)
    {
        await StartProviderAsync(machine);
        await machine.RunAsync(
            $"echo upstream-secret | atlanticproxy provider add acme --endpoint http://{Provider} --password-stdin "
                + "--username 'acme[-country-{country}][-session-{session}]'");
        await machine.RunAsync($"atlanticproxy customer add {Customer}");
        string added = await machine.RunAsync($"atlanticproxy proxy-user add {Customer} alice --json");
        var shop = new Shop(machine, JsonDocument.Parse(added).RootElement.GetProperty("password").GetString()!);
        await Poll.UntilAsync(async () => (await shop.AskAsync()).ExitCode == 0);
        return shop;
    }

    /// <summary>The provider is a process of this machine's own: it ends with it.</summary>
    public static async Task StartProviderAsync(BootedDebian machine)
    {
        await machine.RunAsync("echo upstream-secret >/run/provider-secret; systemd-run --quiet --unit=provider "
            + "--property=StandardInput=file:/run/provider-secret "
            + $"atlanticproxy simulate-provider --listen {Provider} --username acme --password-stdin");
        await Poll.UntilAsync(async () => (await machine.TryAsync("ss -ltn | grep -q :9001")).ExitCode == 0);
    }

    /// <summary>One request through the proxy; exit code 0 when it was answered.</summary>
    public Task<ToolResult> AskAsync() => _machine.FromOutsideAsync("curl", "-q", "-sS", "--fail", "--noproxy", "",
        "--max-time", "10", "-x", _proxy, "http://exit.test/");

    /// <summary>Of all time.</summary>
    public static async Task<long> BilledBytesAsync(BootedDebian machine)
    {
        string usage = await machine.RunAsync($"atlanticproxy usage --customer {Customer} --json");
        return JsonDocument.Parse(usage).RootElement.EnumerateArray().Sum(row => row.GetProperty("bytes").GetInt64());
    }

    /// <summary>
    /// Asks all the time until cancelled. The longest that no request was answered.
    /// </summary>
    public async Task<TimeSpan> AskUntilAsync(CancellationToken cancel)
    {
        long answered = TimeProvider.System.GetTimestamp();
        var longest = TimeSpan.Zero;
        while (!cancel.IsCancellationRequested)
        {
            if ((await AskAsync()).ExitCode != 0)
                continue;
            var gap = TimeProvider.System.GetElapsedTime(answered);
            longest = gap > longest ? gap : longest;
            answered = TimeProvider.System.GetTimestamp();
        }
        return longest;
    }
}
