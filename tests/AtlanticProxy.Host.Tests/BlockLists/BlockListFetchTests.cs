using System.Collections.Concurrent;
using System.Net;
using AtlanticProxy.Host.BlockLists;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Host.Tests.BlockLists;

/// <summary>Against a server on loopback whose every answer a test chooses.</summary>
[TestClass]
public sealed class BlockListFetchTests
{
    private const string Hosts = "0.0.0.0 ads.example.com\n0.0.0.0 tracker.example.net\n";

    [TestMethod]
    public async Task Lists_FirstTime_AreFetchedIntoTheirCategories()
    {
        await using var server = await ListServer.StartAsync();
        using var folder = new TemporaryFolder();
        server.Serve("/ads", Hosts);
        server.Serve("/malware", "||bad.example^\n");
        using var fetch = Fetch(folder, server, ("ads", "/ads"), ("malware", "/malware"));

        await fetch.RunAsync(default);

        Assert.IsEmpty(fetch.Failures);
        Assert.AreEqual(Hosts, File.ReadAllText(Only(folder, "ads")));
        Assert.AreEqual("||bad.example^\n", File.ReadAllText(Only(folder, "malware")));
    }

    [TestMethod]
    public async Task List_Unchanged_IsAskedForWithWhatTheServerSaid()
    {
        await using var server = await ListServer.StartAsync();
        using var folder = new TemporaryFolder();
        server.Serve("/ads", Hosts, etag: "\"v1\"");
        using (var first = Fetch(folder, server, ("ads", "/ads")))
            await first.RunAsync(default);

        using var again = Fetch(folder, server, ("ads", "/ads")); // as after a restart
        await again.RunAsync(default);
        server.Serve("/ads", "0.0.0.0 new.example.com\n", etag: "\"v2\"");
        await again.RunAsync(default);

        CollectionAssert.AreEqual(new[] { "GET /ads - 200", "GET /ads \"v1\" 304", "GET /ads \"v1\" 200" }, server.Log.ToArray());
        Assert.AreEqual("0.0.0.0 new.example.com\n", File.ReadAllText(Only(folder, "ads")));
    }

    [TestMethod]
    [DataRow("missing", "the server answered 404")]
    [DataRow("page", "no names")]
    [DataRow("long", "longer than")]
    [DataRow("cut", "")]
    public async Task List_ThatFails_LeavesTheLastGoodOneAndIsReported(string fault, string reason)
    {
        await using var server = await ListServer.StartAsync();
        using var folder = new TemporaryFolder();
        server.Serve("/ads", Hosts);
        server.Serve("/malware", "||bad.example^\n");
        using var fetch = Fetch(folder, server, ("ads", "/ads?token=hidden"), ("malware", "/malware"));
        await fetch.RunAsync(default);

        switch (fault)
        {
            case "missing": server.Remove("/ads"); break;
            case "page": server.Serve("/ads", "<html><body>Sorry, try later</body></html>"); break;
            case "long": server.Serve("/ads", string.Concat(Enumerable.Repeat(Hosts, 100))); break;
            case "cut": server.Cut("/ads", Hosts); break;
        }
        await fetch.RunAsync(default);

        var (list, why) = fetch.Failures.Single();
        StringAssert.StartsWith(list, "ads from http://127.0.0.1:");
        Assert.IsFalse(list.Contains("hidden", StringComparison.Ordinal), list);
        StringAssert.Contains(why, reason);
        Assert.AreEqual(Hosts, File.ReadAllText(Only(folder, "ads")));
        Assert.IsEmpty(Directory.GetFiles(folder["lists"], "*.part"));

        server.Serve("/ads", Hosts);
        await fetch.RunAsync(default);
        Assert.IsEmpty(fetch.Failures);
    }

    [TestMethod]
    public async Task List_OfASilentServer_LeavesTheLastGoodOneAndIsReported()
    {
        await using var server = await ListServer.StartAsync();
        using var folder = new TemporaryFolder();
        server.Serve("/ads", Hosts);
        using (var fetch = Fetch(folder, server, ("ads", "/ads")))
            await fetch.RunAsync(default);
        server.Silence("/ads");

        using var impatient = Fetch(folder, server, TimeSpan.FromMilliseconds(200), ("ads", "/ads"));
        await impatient.RunAsync(default);

        StringAssert.Contains(impatient.Failures.Single().Value, "not done within");
        Assert.AreEqual(Hosts, File.ReadAllText(Only(folder, "ads")));
        Assert.IsEmpty(Directory.GetFiles(folder["lists"], "*.part"));
    }

    [TestMethod]
    public async Task Source_NoLongerInTheSettings_ItsListIsRemovedAndOthersFilesStay()
    {
        await using var server = await ListServer.StartAsync();
        using var folder = new TemporaryFolder();
        server.Serve("/ads", Hosts);
        using (var fetch = Fetch(folder, server, ("ads", "/ads")))
            await fetch.RunAsync(default);
        string mine = Path.Combine(folder["lists"], "ads", "my-own.txt");
        File.WriteAllText(mine, Hosts);

        using (var fetch = Fetch(folder, server))
            await fetch.RunAsync(default);

        Assert.AreEqual(mine, Only(folder, "ads"));
    }

    [TestMethod]
    [DataRow("", "http://lists.test/a", "is not a category")]
    [DataRow("../up", "http://lists.test/a", "is not a category")]
    [DataRow("ads", "ftp://lists.test/a", "no http or https address")]
    [DataRow("ads", "file:///etc/hosts", "no http or https address")]
    public void Source_Invalid_IsNamed(string category, string url, string problem) =>
        StringAssert.Contains(
            new BlockListOptions { Sources = { new BlockListSource { Category = category, Url = url } } }.Validate().Single(),
            problem);

    private static string Only(TemporaryFolder folder, string category) =>
        Directory.GetFiles(Path.Combine(folder["lists"], category)).Single();

    private static BlockListFetch Fetch(TemporaryFolder folder, ListServer server,
        params (string Category, string Path)[] sources) => Fetch(folder, server, null, sources);

    private static BlockListFetch Fetch(
        TemporaryFolder folder, ListServer server, TimeSpan? timeout, params (string Category, string Path)[] sources)
    {
        var options = new BlockListOptions { MaxBytes = 1000, Timeout = timeout ?? TimeSpan.FromMinutes(1) };
        foreach (var (category, path) in sources)
            options.Sources.Add(new BlockListSource { Category = category, Url = server.Address + path });
        return new BlockListFetch(options, folder["lists"], TimeProvider.System, NullLogger<BlockListFetch>.Instance);
    }

    private sealed class ListServer : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly ConcurrentDictionary<string, RequestDelegate> _pages = new();

        private ListServer(WebApplication app) => _app = app;

        public string Address => _app.Urls.Single();

        /// <summary>Method, path, If-None-Match, status.</summary>
        public ConcurrentQueue<string> Log { get; } = new();

        public static async Task<ListServer> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var server = new ListServer(builder.Build());
            server._app.Run(server.AnswerAsync);
            await server._app.StartAsync();
            return server;
        }

        public void Serve(string path, string list, string? etag = null) => _pages[path] = context =>
        {
            if (etag is not null)
            {
                context.Response.Headers.ETag = etag;
                if (context.Request.Headers.IfNoneMatch == etag)
                {
                    context.Response.StatusCode = StatusCodes.Status304NotModified;
                    return Task.CompletedTask;
                }
            }
            context.Response.ContentLength = list.Length;
            return context.Response.WriteAsync(list, context.RequestAborted);
        };

        public void Remove(string path) => _pages.TryRemove(path, out _);

        public void Silence(string path) => _pages[path] = async context =>
        {
            var gone = new TaskCompletionSource();
            await using var _ = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        };

        public void Cut(string path, string list) => _pages[path] = async context =>
        {
            context.Response.ContentLength = list.Length + 100;
            await context.Response.WriteAsync(list, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        };

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private Task AnswerAsync(HttpContext context)
        {
            var (request, response) = (context.Request, context.Response);
            response.OnStarting(() =>
            {
                // Before the client can have the answer: a test looks here as soon as it has.
                Log.Enqueue(
                    $"{request.Method} {request.Path} {request.Headers.IfNoneMatch.FirstOrDefault("-")} {response.StatusCode}");
                return Task.CompletedTask;
            });
            if (_pages.TryGetValue(request.Path, out var page))
                return page(context);
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
    }
}
