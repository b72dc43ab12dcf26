using System.Text;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Importing;

/// <summary>Moves customers in as an owner does at the pages: chooses a file, checks, runs, undoes.</summary>
internal sealed class Mover(ControlPlaneTest plane)
{
    public const string Owner = "boss@example.com";

    public const string Headings =
        "email,name,company,country,plan,proxy_user,proxy_password,balance,currency,gb_left,valid_until,tags";

    public const string Password = "their-old-one-42";

    private long _id;

    public Task<ImportSummary> SummaryAsync() =>
        plane.AskAsync(async (ImportQueries imports) => (await imports.FindAsync(_id, default)).Value);

    public Task<IReadOnlyList<LeftCustomer>> LeftAsync() =>
        plane.AskAsync((ImportQueries imports) => imports.LeftAsync(_id, default));

    /// <summary>Line, field and reason of each refused line.</summary>
    public async Task<string[]> RefusalsAsync()
    {
        var refused = await plane.AskAsync((ImportQueries imports) => imports.RefusalsAsync(_id, new(), default));
        return [.. refused.Items.Select(refusal => $"{refusal.Line} {refusal.Field}: {refusal.Reason}")];
    }

    /// <param name="lines">Below <see cref="Headings"/>.</param>
    public Task<ImportSummary> CheckAsync(params string[] lines) => CheckFileAsync(string.Join('\n', [Headings, .. lines]));

    public async Task<ImportSummary> CheckFileAsync(string file)
    {
        _id = (await ActAsync((OpenImport open) =>
            open.ExecuteAsync(new("old panel.csv", Encoding.UTF8.GetBytes(file)), default))).Value;
        var columns = await plane.AskAsync((ImportQueries imports) => imports.ColumnsAsync(_id, default));
        await DoneAsync(start => start.CheckAsync(_id, [.. columns.Select(column => column.Field)], default));
        return await SummaryAsync();
    }

    public Task RunAsync() => DoneAsync(start => start.RunAsync(_id, default));

    public Task UndoAsync() => DoneAsync(start => start.UndoAsync(_id, default));

    /// <summary>Starts a step, and does not do it.</summary>
    public Task<Result> StartAsync(Func<StartImport, long, Task<Result>> start) =>
        ActAsync((StartImport starting) => start(starting, _id));

    public Task<int> DoAsync() => plane.AskAsync(async (RunImports run) =>
    {
        await run.ExecuteAsync(default);
        return 0;
    });

    private async Task DoneAsync(Func<StartImport, Task<Result>> start)
    {
        Assert.AreEqual("", (await ActAsync(start)).Codes());
        await DoAsync();
    }

    /// <summary>In the owner's name.</summary>
    private async Task<TResult> ActAsync<TService, TResult>(Func<TService, Task<TResult>> act) where TService : notnull
    {
        await using var scope = plane.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Authorship>().Author = new(AuthorKind.Staff, Owner, "POST /admin/import");
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }
}
