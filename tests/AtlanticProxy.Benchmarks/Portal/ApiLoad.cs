using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AtlanticProxy.Benchmarks.Peers;
using AtlanticProxy.Benchmarks.Processes;

namespace AtlanticProxy.Benchmarks.Portal;

/// <summary>How many programs ask, how often all of them together, and how long that is watched.</summary>
internal sealed record ApiWork(int Programs, double Reads, double Writes, TimeSpan Length)
{
    /// <summary>2 000 reads and 500 writes a second, each under 50 ms in 99 of 100.</summary>
    public static readonly ApiWork Promised = new(64, 2_000, 500, TimeSpan.FromSeconds(30));

    public static readonly ApiWork Quick = new(8, 100, 25, TimeSpan.FromSeconds(3));
}

/// <summary>
/// Programs of many customers that read and write by the web API, each on a connection of its own and at an even rate: a request
/// is due whether or not the one before was answered, and its time counts from then on.
/// </summary>
internal sealed class ApiLoad(ApiWork work, Atlantic appliance, string dataFolder)
{
    private const double Goal99 = 50, ErrorGoal = 0.1, EnoughOfTheRate = 0.99;

    private static readonly string[] Reads = ["/me", "/proxy-users?limit=20", "/proxy-users/{id}", "/usage?by=day", "/locations"];

    private readonly Lock _gate = new();
    private int _failed;
    private string? _firstFailure;

    public bool Failed { get; private set; }

    public async Task<List<Row>> RunAsync()
    {
        var (portal, _, login) = appliance.Demonstration;
        await Readers.AddAsync(dataFolder, login.Email, work.Programs);
        var tokens = await Readers.AddTokensAsync(dataFolder);
        var programs = await Task.WhenAll(tokens.Select(token => ApiProgram.StartAsync(portal, token)));
        Console.Error.WriteLine($"  {programs.Length} programs have tokens");
        await TurnAsync(programs, work.Reads, work.Writes, work.Length / 3); // compiled, and read from the disk once
        (_failed, _firstFailure) = (0, null);

        var rows = new List<Row>();
        rows.AddRange(await MeasureAsync("reads alone", programs, work.Reads, 0));
        rows.AddRange(await MeasureAsync("writes alone", programs, 0, work.Writes));
        rows.AddRange(await MeasureAsync("both at once", programs, work.Reads, work.Writes));
        foreach (var program in programs)
            program.Dispose();
        return rows;
    }

    private async Task<List<Row>> MeasureAsync(string what, ApiProgram[] programs, double reads, double writes)
    {
        (_failed, _firstFailure) = (0, null);
        double cpu = ProcessTree.CpuSeconds(appliance.Pid);
        var (read, written) = await TurnAsync(programs, reads, writes, work.Length);
        double cores = (ProcessTree.CpuSeconds(appliance.Pid) - cpu) / work.Length.TotalSeconds;
        var rows = new List<Row>();
        foreach (var (name, rate, times) in new[] { ("reads", reads, read), ("writes", writes, written) })
            if (rate > 0)
            {
                double[] sorted = [.. times.Order()];
                double At(double part) => sorted[(int)(part * (sorted.Length - 1))];
                Goal quick = Goal.Under(Goal99, "ms", At(0.99));
                double reached = sorted.Length / work.Length.TotalSeconds;
                var kept = Goal.AtLeast(EnoughOfTheRate, $"{rate:N0}", reached / rate);
                Failed |= !quick.IsReached || !kept.IsReached;
                rows.Add(Row($"{what}: {name} a second", "1/s", reached, kept));
                rows.Add(Row($"{what}: {name}, half within", "ms", At(0.5)));
                rows.Add(Row($"{what}: {name}, 99 of 100 within", "ms", At(0.99), quick));
            }
        double errors = 100.0 * _failed / Math.Max(1, _failed + read.Count + written.Count);
        var sound = Goal.Under(ErrorGoal, "%", errors);
        Failed |= !sound.IsReached;
        if (_failed > 0)
            Console.Error.WriteLine($"  failed: {_failed}, first: {_firstFailure}");
        rows.Add(Row($"{what}: refused or failed", "%", errors, sound));
        rows.Add(Row($"{what}: cores of the appliance, PostgreSQL included", "cores", cores));
        return rows;
    }

    /// <returns>Milliseconds of each that was answered within the time.</returns>
    private async Task<(List<double> Reads, List<double> Writes)> TurnAsync(
        ApiProgram[] programs, double reads, double writes, TimeSpan length)
    {
        List<double> read = [], written = [];
        long begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(programs.SelectMany((program, number) => new[]
        {
            PaceAsync(reads, number, turn => program.ReadAsync(Reads[(turn + number) % Reads.Length]), read),
            PaceAsync(writes, number, program.WriteAsync, written),
        }));
        return (read, written);

        async Task PaceAsync(double rate, int number, Func<int, Task> ask, List<double> times)
        {
            if (rate <= 0)
                return;
            var step = TimeSpan.FromSeconds(programs.Length / rate);
            // The programs' requests lie evenly between each other.
            var due = step * ((double)number / programs.Length);
            // Who is behind at the end does not go on: what is due then was not done.
            for (int turn = 0; due < length && Stopwatch.GetElapsedTime(begun) < length; turn++, due += step)
            {
                var wait = due - Stopwatch.GetElapsedTime(begun);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, TimeProvider.System);
                if (await TryAsync(() => ask(turn)) && Stopwatch.GetElapsedTime(begun) <= length)
                    lock (_gate)
                        times.Add((Stopwatch.GetElapsedTime(begun) - due).TotalMilliseconds);
            }
        }
    }

    private async Task<bool> TryAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return true;
        }
        catch (Exception refused) when (refused is InvalidOperationException or HttpRequestException)
        {
            Interlocked.Increment(ref _failed);
            Interlocked.CompareExchange(ref _firstFailure, refused.Message, null);
            return false;
        }
    }

    private Row Row(string title, string unit, double figure, params Goal[] goals) =>
        new(Benchmarks.Row.Api, title, unit, new Dictionary<string, double> { [appliance.Name] = figure }, goals);
}

/// <summary>A program with a token: one connection for reads and one for writes.</summary>
internal sealed class ApiProgram : IDisposable
{
    private readonly HttpClient _http;
    private string _proxyUser = "";

    private ApiProgram(Uri portal, string token) => _http = new HttpClient(
        new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, MaxConnectionsPerServer = 2 })
    {
        BaseAddress = new Uri(portal, "/api/v1/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    public static async Task<ApiProgram> StartAsync(Uri portal, string token)
    {
        var program = new ApiProgram(portal, token);
        using var list = JsonDocument.Parse(await program._http.GetStringAsync("proxy-users"));
        program._proxyUser = list.RootElement.GetProperty("data")[0].GetProperty("id").GetString()!;
        return program;
    }

    public Task ReadAsync(string path) =>
        SendAsync(HttpMethod.Get, path.Replace("{id}", _proxyUser, StringComparison.Ordinal), null);

    /// <summary>Changes a limit, and switches the proxy user off and on.</summary>
    public Task WriteAsync(int turn) => (turn % 4) switch
    {
        0 => SendAsync(HttpMethod.Post, $"/proxy-users/{_proxyUser}/disable", null),
        2 => SendAsync(HttpMethod.Post, $"/proxy-users/{_proxyUser}/enable", null),
        _ => SendAsync(HttpMethod.Patch, $"/proxy-users/{_proxyUser}", $"{{\"maxConnections\":{10 + (turn % 100)}}}"),
    };

    private async Task SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path[1..]);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} "
                + await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();
}
