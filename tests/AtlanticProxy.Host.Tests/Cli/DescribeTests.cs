using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Tests.Cli;

/// <summary>The manual page and the shell's completion, read by the programs that they are for.</summary>
[TestClass]
public sealed class DescribeTests
{
    /// <summary>What bash does when the second argument was typed and the tabulator is pressed.</summary>
    private const string Complete = """
        . "$0"
        COMP_WORDS=(atlanticproxy $1) COMP_CWORD=$(wc -w <<<"$1")
        _atlanticproxy
        echo "${COMPREPLY[@]}"
        """;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Manual_IsOneOfWhichGroffHasNothingToSay()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["page"], (await Testing.Cli.RunAsync(["describe", "manual"])).Output);

        var shown = await Tool.RunAsync(
            ["groff", "-man", "-Tascii", "-P-cbou", "-ww", folder["page"]], TestContext.CancellationToken);

        Assert.AreEqual("", shown.Error);
        StringAssert.Contains(shown.Output, "proxy-user add CUSTOMER NAME");
        StringAssert.Contains(shown.Output, "--limit-gb");
    }

    [TestMethod]
    [DataRow("cust", "customer")]
    [DataRow("customer sus", "suspend")]
    [DataRow("backup --t", "--to")]
    [DataRow("proxy-user add --lim", "--limit-gb")]
    [DataRow("status --js", "--json")]
    [DataRow("import customers --ch", "--check")]
    public async Task Completion_InBash_FinishesTheWord(string typed, string word)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["script"], (await Testing.Cli.RunAsync(["describe", "bash-completion"])).Output);

        var completed = await Tool.RunAsync(
            ["bash", "-c", Complete, folder["script"], typed], TestContext.CancellationToken);

        Assert.AreEqual("", completed.Error);
        Assert.AreEqual(word, completed.Output.Trim());
    }
}
