using AtlanticProxy.Client;
using AtlanticProxy.Client.Models;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

/// <summary>The typed clients that are generated from the description, against a portal.</summary>
[TestClass]
public sealed class ClientTests
{
    private static readonly string[] Scopes = ["proxy_users:read", "proxy_users:write"];

    [TestMethod]
    public async Task CSharp_CreatesListsAndIsRefused()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        var token = await ApiClient.TokenAsync(portal, customer.Email, Scopes);
        using var client = new AtlanticClient(portal.Portal.Address, token.Token);
        string name = $"cs{customer.Id}";

        var made = await client.V1.ProxyUsers.PostAsync(new NewProxyUser { Name = name, LimitBytes = 5_000_000_000 });
        Assert.AreEqual(24, made!.Password!.Length);
        var shown = await client.V1.ProxyUsers[made.Id!].GetAsync();
        Assert.AreEqual((name, 5_000_000_000L, (Standing?)Standing.Served), (shown!.Name, shown.LimitBytes, shown.Standing));
        Assert.HasCount(2, (await client.V1.ProxyUsers.GetAsync())!.Data!);
        var refused = await Assert.ThrowsExactlyAsync<Problem>(
            () => client.V1.ProxyUsers.PostAsync(new NewProxyUser { Name = name }));
        Assert.AreEqual((409, "proxy_user.name_taken"), (refused.ResponseStatusCode, refused.Code));
    }

    [TestMethod]
    public async Task TypeScript_ExampleIsBuiltAndDoesWhatItSays()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        var token = await ApiClient.TokenAsync(portal, customer.Email, Scopes);
        string folder = Path.Combine(AppContext.BaseDirectory, "client", "clients", "typescript");
        Copy("clients/typescript");
        Copy("docs", "openapi.json");
        await SucceedAsync("npm", "ci", "--prefix", folder, "--loglevel=error");
        await SucceedAsync("npm", "run", "build", "--silent", "--prefix", folder);

        string name = $"ts{customer.Id}";
        var said = await SucceedAsync("env", $"ATLANTIC_PORTAL={portal.Portal.Address}", $"ATLANTIC_TOKEN={token.Token}", "node",
            Path.Combine(folder, "dist", "examples", "proxy-user.js"), name);
        Assert.Contains("with a password of 24 characters", said.Text);
        Assert.Contains($" {name}: served\n", said.Text);
        Assert.Contains($" {customer.ProxyUserName}: served\n", said.Text);
        Assert.EndsWith("refused: proxy_user.name_taken\n", said.Text);
    }

    /// <summary>Of the checkout, what is written: built, it leaves nothing there.</summary>
    private static void Copy(string below, string pattern = "*")
    {
        string from = Path.Combine(Checkout.Root, below);
        foreach (string file in Directory.EnumerateFiles(from, pattern, SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(from, file);
            if (path.Split('/')[0] is "node_modules" or "dist")
                continue;
            string to = Path.Combine(AppContext.BaseDirectory, "client", below, path);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true);
        }
    }

    private static async Task<ToolResult> SucceedAsync(string program, params string[] arguments)
    {
        var result = await Tool.RunAsync(program, arguments);
        Assert.AreEqual(0, result.ExitCode, $"{result}");
        return result;
    }
}
