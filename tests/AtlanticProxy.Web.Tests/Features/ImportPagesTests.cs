using System.Net;
using System.Text;
using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class ImportPagesTests
{
    private const string Secret = "their-old-one-42";

    private static async Task<(Visitor Owner, string Path)> OpenedAsync(SeededPortal portal, string file)
    {
        var owner = await portal.SignedInAsync(SeededPortal.Owner);
        var opened = await owner.PostFileAsync("/admin/import", "file", "old panel.csv", Encoding.UTF8.GetBytes(file));
        Assert.AreEqual(HttpStatusCode.Redirect, opened.Status, opened.Text);
        return (owner, opened.Location);
    }

    private static Task<int> RunJobAsync(SeededPortal portal) => portal.Portal.UseAsync<RunImports, int>(async run =>
    {
        await run.ExecuteAsync(CancellationToken.None);
        return 0;
    });

    [TestMethod]
    public async Task File_FromChoiceToUndo_GoesThroughItsPages()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var looking = await portal.SignedInAsync(SeededPortal.Owner);
        Assert.Contains("Bring customers, proxy users with their passwords, balances and GB left.",
            (await looking.GetAsync("/admin/import")).Text);

        var (owner, path) = await OpenedAsync(portal,
            $"E-mail;Full name;login name;pass\nann@moved.example;<b>Ann</b>;ann1;{Secret}\nann@moved.example;;ann2;short\n"
                + $"ben@moved.example;Ben;ben1;{Secret}");
        using var _ = owner;
        var columns = await owner.GetAsync(path);
        Assert.Contains("old panel.csv? 3 lines to import.", columns.Text);
        Assert.Contains("&lt;b&gt;Ann&lt;/b&gt; · Ben", columns.Body.Replace("&#xB7;", "·", StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, columns.Body);

        var twice = await owner.PostAsync($"{path}/check", Fields("Email", "Email", "ProxyUser", "ProxyPassword"));
        Assert.AreEqual(HttpStatusCode.BadRequest, twice.Status);
        Assert.Contains("Two columns are email: choose one of them.", twice.Text);
        var checking = await owner.FollowAsync(
            await owner.PostAsync($"{path}/check", Fields("Email", "Name", "ProxyUser", "ProxyPassword")));
        Assert.AreEqual("2", checking.Response.Headers.GetValues("Refresh").Single(), "it goes on without scripts");
        Assert.Contains("Starts within a minute.", checking.Text);
        await RunJobAsync(portal);

        var ready = await owner.GetAsync(path);
        Assert.IsFalse(ready.Response.Headers.Contains("Refresh"));
        Assert.Contains("1 ready, 2 refused", ready.Text);
        Assert.Contains("A secret has 12 to 64 characters.", ready.Text);
        string csv = (await owner.GetAsync($"{path}/refused")).Body;
        Assert.StartsWith("line,email,field,reason\r\n2,ann@moved.example,,Line 3 of the same customer", csv);
        Assert.Contains("First lines", (await owner.GetAsync($"{path}/columns")).Text);

        await owner.PostAsync($"{path}/run");
        await RunJobAsync(portal);
        Assert.Contains("1 customer imported", (await owner.GetAsync(path)).Text);
        Assert.Contains("ben@moved.example", (await owner.GetAsync("/admin/customers")).Text);
        Assert.Contains("1 customer is removed with their proxy users", (await owner.GetAsync($"{path}/undo")).Text);
        await owner.PostAsync($"{path}/undo");
        await RunJobAsync(portal);

        Assert.Contains("1 customer removed", (await owner.GetAsync(path)).Text);
        Assert.DoesNotContain("ben@moved.example", (await owner.GetAsync("/admin/customers")).Text);
        Assert.Contains("Import “old panel.csv” added", (await owner.GetAsync("/admin/audit?object=imports")).Text);
    }

    [TestMethod]
    public async Task File_ThatIsNoneOrNoCsv_IsRefusedWithTheForm()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var none = await owner.PostAsync("/admin/import");
        var wrong = await owner.PostFileAsync("/admin/import", "file", "a.csv", [0xff, 0xfe, 0, 1]);

        Assert.AreEqual((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (none.Status, wrong.Status));
        Assert.Contains("Choose a CSV file.", none.Text);
        Assert.Contains("The file is not text in UTF-8: save it as “CSV UTF-8”.", wrong.Text);
        Assert.Contains("type=\"file\"", wrong.Body);
    }

    [TestMethod]
    public async Task Template_IsAFileThatCanBeImported()
    {
        var portal = await SeededPortal.SharedAsync();
        using var looking = await portal.SignedInAsync(SeededPortal.Owner);
        string template = (await looking.GetAsync("/admin/import/template")).Body;

        var (owner, path) = await OpenedAsync(portal, template);
        using var _ = owner;
        var columns = await owner.GetAsync(path);

        Assert.Contains("2 lines to import.", columns.Text);
        string chosen = "selected=\"selected\"";
        Assert.AreEqual(12, columns.Body.Split(chosen).Length - 1);
        Assert.DoesNotContain($"value=\"Ignored\" {chosen}", columns.Body, "every column is known");
        Assert.AreEqual("/admin/import", (await owner.PostAsync($"{path}/drop")).Location);
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.GetAsync(path)).Status);
    }

    private static Dictionary<string, string> Fields(params string[] fields) =>
        fields.Index().ToDictionary(field => $"fields[{field.Index}]", field => field.Item);
}
