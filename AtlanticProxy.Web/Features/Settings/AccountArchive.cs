using System.IO.Compression;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Team;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Settings;

/// <summary>All that is kept of a customer, without secrets, as a ZIP: JSON for the profile, CSV for lists.</summary>
internal sealed class AccountArchive(
    CustomerQueries customers, BillingDetailsQueries billing, TeamQueries team, ProxyUserQueries proxyUsers, UsageReports usage,
    InvoiceQueries invoices, SignInLog signIns, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>In memory: a file that fits a mail.</summary>
    public async Task<byte[]> MakeAsync(Scope scope, long customerId, CancellationToken cancellation)
    {
        using var file = new MemoryStream();
        await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            await AddAsync(zip, "profile.json", await ProfileAsync(scope, customerId, cancellation), cancellation);
            await AddAsync(zip, "proxy-users.csv", await ProxyUsersAsync(scope, cancellation), cancellation);
            await AddAsync(zip, "usage-by-day.csv", await UsageAsync(scope, cancellation), cancellation);
            await AddAsync(zip, "invoices.csv", await InvoicesAsync(scope, customerId, cancellation), cancellation);
            await AddAsync(zip, "sign-ins.csv", await SignInsAsync(scope, customerId, cancellation), cancellation);
        }
        return file.ToArray();
    }

    private static async Task AddAsync(ZipArchive zip, string name, byte[] content, CancellationToken cancellation)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancellation);
        await entry.WriteAsync(content, cancellation);
    }

    private async Task<byte[]> ProfileAsync(Scope scope, long customerId, CancellationToken cancellation)
    {
        var customer = (await customers.FindAsync(scope, customerId, cancellation)).Value;
        var details = (await billing.FindAsync(scope, customerId, cancellation)).Value;
        var people = await team.FindAsync(customerId, cancellation);
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            customer.Email, customer.Name, customer.CreatedAt, Plan = customer.PlanName, Billing = details,
            People = people.Members.Select(member => new { member.Email, Role = $"{member.Role}", member.SeenAt }),
        }, Json);
    }

    private async Task<byte[]> ProxyUsersAsync(Scope scope, CancellationToken cancellation) =>
        await CsvAsync(["name", "enabled", "max_connections", "limit_bytes", "created_at"],
            (await AllAsync(page => proxyUsers.ListAsync(scope, page, cancellation))).Select(user => new object?[]
            {
                user.Name, user.Enabled, user.MaxConnections, user.LimitBytes, user.CreatedAt,
            }), cancellation);

    private async Task<byte[]> UsageAsync(Scope scope, CancellationToken cancellation) =>
        await CsvAsync(["day", "proxy_user", "country", "bytes_up", "bytes_down", "connections"],
            (await usage.RowsAsync(new UsageFilter(scope), new UsageSpan(usage.Since, time.GetUtcNow(), UsageGrain.Day),
                CsvFile.MaxRows, cancellation)).Select(row => new object?[]
            {
                DateOnly.FromDateTime(row.From.UtcDateTime), row.ProxyUser, row.Country, row.BytesUp, row.BytesDown,
                row.Connections,
            }), cancellation);

    private async Task<byte[]> InvoicesAsync(Scope scope, long customerId, CancellationToken cancellation) =>
        await CsvAsync(["number", "kind", "state", "issued_at", "currency", "net", "tax", "total", "paid_at"],
            (await AllAsync(page => invoices.ListAsync(scope, new InvoiceFilter(CustomerId: customerId), page, cancellation)))
            .Select(row => new object?[]
            {
                row.Number, $"{row.Kind}", $"{row.State}", row.IssuedAt, row.Currency, new Money(row.Net, row.Currency),
                new Money(row.Tax, row.Currency), new Money(row.Total, row.Currency), row.PaidAt,
            }), cancellation);

    private async Task<byte[]> SignInsAsync(Scope scope, long customerId, CancellationToken cancellation) =>
        await CsvAsync(["at", "person", "address", "browser", "result"],
            (await signIns.ListAsync(scope, customerId, null, CsvFile.MaxRows, cancellation)).Select(row => new object?[]
            {
                row.TriedAt, row.Email, row.Address?.ToString(), row.Browser, $"{row.Result}",
            }), cancellation);

    private static async Task<byte[]> CsvAsync(
        IReadOnlyList<string> columns, IEnumerable<object?[]> rows, CancellationToken cancellation) =>
        (await CsvFile.Of("", columns, rows.ToAsyncEnumerable<IReadOnlyList<object?>>(), cancellation)).FileContents;

    private static async Task<List<T>> AllAsync<T>(Func<PageRequest, Task<Page<T>>> read)
    {
        var all = new List<T>();
        for (int number = 1; number <= PageRequest.MaxNumber; number++)
        {
            var page = await read(new PageRequest(number, PageRequest.MaxSize));
            all.AddRange(page.Items);
            if (page.Items.Count == 0 || all.Count >= page.Total)
                break;
        }
        return all;
    }
}
