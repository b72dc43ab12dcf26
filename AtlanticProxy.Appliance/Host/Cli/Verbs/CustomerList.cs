using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>customer list [--search S]</c>.</summary>
internal sealed class CustomerList : DatabaseVerb
{
    private readonly Option<string?> _search = new("--search") { HelpName = "TEXT",
        Description = "Part of the email address or name" };

    public CustomerList(CommonOptions common) : base(common, "list", "List customers") => Add(_search);

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var queries = services.GetRequiredService<CustomerQueries>();
        var all = new List<CustomerSummary>();
        Page<CustomerSummary> page;
        int number = 1;
        do
        {
            page = await queries.ListAsync(new PageRequest(number++, PageRequest.MaxSize, parsed.GetValue(_search)), cancel);
            all.AddRange(page.Items);
        }
        while (page.HasNext);
        return terminal.List(all,
            ("EMAIL", c => c.Email), ("NAME", c => c.Name), ("STATE", c => JsonNamingPolicy.SnakeCaseLower.ConvertName(c.Standing.ToString())),
            ("PLAN", c => c.PlanName ?? "-"),
            ("PROXY USERS", c => c.ProxyUserCount.ToString(CultureInfo.InvariantCulture)));
    }
}
