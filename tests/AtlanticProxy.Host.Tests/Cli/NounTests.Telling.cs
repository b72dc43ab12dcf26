namespace AtlanticProxy.Host.Tests.Cli;

/// <summary>What is forbidden, what is announced, and who is forgotten.</summary>
public sealed partial class NounTests
{
    [TestMethod]
    public async Task Rule_OfACustomer_FromAddToRemove()
    {
        await SaysAsync("Created", "customer", "add", "ruled@example.com");
        using (var added = await JsonAsync("rule", "add", "suffix", "*.Ruled.example", "--customer", "ruled@example.com",
            "--note", "Abuse"))
        {
            string id = $"{added.RootElement.GetProperty("id").GetInt64()}";
            string list = (await VerbAsync("rule", "list")).Output;
            StringAssert.Contains(list, "ruled@example.com");
            StringAssert.Contains(list, "Abuse");
            await SaysAsync($"rule {id}: changed", "rule", "set", id, "--value", "other.example");
            await SaysAsync($"No changes: rule {id} is changed already", "rule", "set", id, "--note", "Abuse");
            await FailsAsync("There is such", "rule", "add", "suffix", "other.example", "--customer", "ruled@example.com");
            await SaysAsync($"Removed rule {id}", "rule", "remove", id);
            await FailsAsync("There is no such rule.", "rule", "set", id, "--note", "x");
        }
        await FailsAsync("No plan has this name.", "rule", "add", "port", "1", "--plan", "Gone");
    }

    [TestMethod]
    public async Task Announcement_FromAddToEnd()
    {
        using var added = await JsonAsync("announcement", "add", "Told here", "--tag", "told", "--until", "2099-01-01");
        string id = $"{added.RootElement.GetProperty("id").GetInt64()}";

        StringAssert.Contains((await VerbAsync("announcement", "list")).Output, "tag told");
        await SaysAsync($"announcement {id}: ended", "announcement", "end", id);
        await SaysAsync($"No changes: announcement {id} is ended already", "announcement", "end", id);
        await FailsAsync("There is no such announcement.", "announcement", "end", "999999");
        await FailsAsync("On public pages it is for all", "announcement", "add", "x", "--tag", "y", "--public");
    }

    [TestMethod]
    public async Task Customer_IsAnonymised()
    {
        await SaysAsync("Created", "customer", "add", "forget@example.com");

        await SaysAsync("Anonymised customer", "customer", "anonymise", "forget@example.com");

        await FailsAsync("There is no such customer.", "customer", "anonymise", "forget@example.com");
    }
}
