using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Host.Serving;

namespace AtlanticProxy.Host.BlockLists;

/// <summary>
/// Fetches the lists of the settings into the engine's folder, one file each, replaced whole. What a server says is unchanged is
/// not fetched; when one fails, or sends what is no list, its last good file stays.
/// </summary>
internal sealed partial class BlockListFetch(
    BlockListOptions options, string folder, TimeProvider time, ILogger<BlockListFetch> logger) : IDisposable
{
    private const string Prefix = "fetched-", Suffix = ".txt", Unfinished = ".part";

    /// <summary>Hexadecimal digits of a URL's hash in its file's name: 64 bits.</summary>
    private const int NameLength = 16;

    /// <summary>What servers said of the files that we have; beside the categories, which are folders.</summary>
    private readonly string _validatorsFile = Path.Combine(folder, "fetched.json");

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AutomaticDecompression = DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    { Timeout = Timeout.InfiniteTimeSpan }; // each fetch has a deadline of its own, body included

    private readonly ConcurrentDictionary<string, string> _failures = new();

    /// <summary>Lists whose last fetch failed, by category and address, and why.</summary>
    public IReadOnlyDictionary<string, string> Failures => _failures;

    /// <summary>The sources of the settings, each with why its last fetch failed, if it did.</summary>
    public IEnumerable<(string Category, string Address, string? Error)> Describe() => options.Sources.Select(source =>
        (source.Category, Masked(source.Url), _failures.GetValueOrDefault(NameOf(source))));

    /// <summary>When the newest file of a category came; null when there is none.</summary>
    public DateTimeOffset? UpdatedAt(string category)
    {
        string path = Path.Combine(folder, category);
        var times = Directory.Exists(path)
            ? Directory.EnumerateFiles(path).Select(file => new DateTimeOffset(File.GetLastWriteTimeUtc(file))).ToList()
            : [];
        return times.Count > 0 ? times.Max() : null;
    }

    /// <summary>Fetches what has changed, and removes what came from sources that are no longer in the settings.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var validators = ReadValidators();
        foreach (var source in options.Sources)
        {
            string name = NameOf(source);
            try
            {
                validators[source.Url] = await FetchAsync(source, validators.GetValueOrDefault(source.Url), cancel);
                _failures.TryRemove(name, out _);
            }
            catch (Exception failed)
                when (failed is HttpRequestException or IOException or InvalidDataException or UnauthorizedAccessException
                || (failed is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                string why = failed is OperationCanceledException
                    ? $"not done within {options.Timeout.TotalSeconds:0} s"
                    : failed.Message;
                _failures[name] = why;
                LogFailed(logger, name, why);
            }
        }
        RemoveOthers();
        string[] wanted = [.. options.Sources.Select(source => source.Url)];
        WriteValidators(validators.Where(pair => wanted.Contains(pair.Key)).ToDictionary());
    }

    public void Dispose() => _http.Dispose();

    private async Task<Validators> FetchAsync(BlockListSource source, Validators? known, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        string file = FileOf(source);
        using var request = new HttpRequestMessage(HttpMethod.Get, source.Url);
        if (known is not null && File.Exists(file))
        {
            if (known.ETag is not null)
                request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(known.ETag));
            request.Headers.IfModifiedSince = known.LastModified;
        }
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
            return known;
        if (response.StatusCode != HttpStatusCode.OK)
            throw new HttpRequestException($"the server answered {(int)response.StatusCode}");

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        string unfinished = Path.Combine(folder, Path.GetFileName(file) + Unfinished);
        try
        {
            await using (var body = await response.Content.ReadAsStreamAsync(deadline.Token))
                await CopyAsync(body, unfinished, deadline.Token);
            int names = BlockListCatalogue.CountNames(unfinished);
            if (names == 0)
                throw new InvalidDataException("what came has no names in hosts or adblock form");
            File.Move(unfinished, file, overwrite: true);
            LogFetched(logger, source.Category, Masked(source.Url), names);
        }
        finally
        {
            File.Delete(unfinished);
        }
        return new Validators(response.Headers.ETag?.ToString(), response.Content.Headers.LastModified);
    }

    private async Task CopyAsync(Stream body, string file, CancellationToken cancel)
    {
        await using var to = File.Create(file);
        byte[] buffer = new byte[81920];
        for (int read; (read = await body.ReadAsync(buffer, cancel)) > 0;)
        {
            if (to.Length + read > options.MaxBytes)
                throw new InvalidDataException($"it is longer than {options.MaxBytes} bytes (BlockLists:MaxBytes)");
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }

    private void RemoveOthers()
    {
        if (!Directory.Exists(folder))
            return;
        var wanted = options.Sources.Select(FileOf).ToHashSet();
        foreach (string file in Directory.EnumerateDirectories(folder)
            .SelectMany(category => Directory.EnumerateFiles(category, $"{Prefix}*{Suffix}")).ToList())
            if (!wanted.Contains(file))
                File.Delete(file);
    }

    private static string NameOf(BlockListSource source) => $"{source.Category} from {Masked(source.Url)}";

    private string FileOf(BlockListSource source) => Path.Combine(
        folder, source.Category,
        Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Url)))[..NameLength] + Suffix);

    /// <summary>Without user, password and query, where secrets are.</summary>
    private static string Masked(string url)
    {
        var uri = new Uri(url);
        return $"{uri.Scheme}://{uri.Authority[(uri.Authority.LastIndexOf('@') + 1)..]}{uri.AbsolutePath}";
    }

    private Dictionary<string, Validators> ReadValidators()
    {
        try
        {
            return File.Exists(_validatorsFile)
                ? JsonSerializer.Deserialize<Dictionary<string, Validators>>(File.ReadAllBytes(_validatorsFile)) ?? []
                : [];
        }
        catch (JsonException)
        {
            return []; // then everything is fetched once more
        }
    }

    private void WriteValidators(Dictionary<string, Validators> validators)
    {
        Directory.CreateDirectory(folder);
        PrivateFile.Write(_validatorsFile, JsonSerializer.SerializeToUtf8Bytes(validators)); // addresses may have secrets in them
    }

    /// <summary>What tells a server which version we have.</summary>
    private sealed record Validators(string? ETag, DateTimeOffset? LastModified);

    [LoggerMessage(4300, LogLevel.Information, "Block list of {Category} fetched from {Address}: {Names} names")]
    private static partial void LogFetched(ILogger logger, string category, string address, int names);

    [LoggerMessage(4301, LogLevel.Warning, "Block list {List} was not fetched: {Reason}. The last good one stays in use")]
    private static partial void LogFailed(ILogger logger, string list, string reason);
}
