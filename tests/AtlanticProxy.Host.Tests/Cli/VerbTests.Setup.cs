using AtlanticProxy.Testing;

namespace AtlanticProxy.Host.Tests.Cli;

/// <summary>The documents of <c>apply</c> beyond JSON: YAML, secrets from elsewhere, the site, and a check.</summary>
public sealed partial class VerbTests
{
    [TestMethod]
    public async Task Apply_Yaml_WithSecretsFromElsewhere_ChecksAndChangesOnce()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["secret"], "a-secret-of-a-file-42\n");
        await File.WriteAllTextAsync(folder["site.yaml"], $$"""
            site:
              brandName: Harbour   # as customers see it
              hostName: proxy.harbour.example
            staff:
              - { email: yaml@harbour.example, role: operator, password: { file: {{folder["secret"]}} } }
            providers:
              - name: yamlup
                endpoint: http://127.0.0.1:9
                username: u
                password: { file: {{folder["secret"]}} }
            plans:
              - name: Yaml
                kind: subscription
                price: 29.00
                includedGb: 0.50
            """);

        var check = await VerbAsync("", "apply", folder["site.yaml"], "--check");
        var first = await VerbAsync("", "apply", folder["site.yaml"]);
        using var second = await JsonAsync("apply", folder["site.yaml"]);
        var plan = await VerbAsync("", "plan", "show", "Yaml");

        Assert.AreEqual("""
            site: brand Harbour
            site: host proxy.harbour.example, without a certificate
            staff yaml@harbour.example: added as operator
            provider yamlup: added
            plan Yaml: added

            """.ReplaceLineEndings("\n"), first.Output, first.Error);
        Assert.AreEqual(first.Output, check.Output, "a check says what a run does, and has done nothing of it");
        Assert.IsFalse(second.RootElement.GetProperty("changed").GetBoolean(), second.RootElement.ToString());
        Assert.Contains("29.00 USD", plan.Output);
    }

    [TestMethod]
    [DataRow("plans:\n  - name: A\n    kind: hourly\n    price: 1,5\n", "plans[0].price (line 4): '1,5' has a comma: write 1.5")]
    [DataRow("plans:\n  - &a { name: A }\n  - *a\n", "(line 3): references (*name) are not understood here")]
    [DataRow("plans:\n\t- name: A\n", "this is not YAML")]
    [DataRow("staff:\n  - email: a@b.c\n    password: { env: NO_SUCH_VARIABLE_HERE }\n",
        "staff[0].password (line 3): the environment has no variable 'NO_SUCH_VARIABLE_HERE'")]
    [DataRow("staff:\n  - email: nobody@b.example\n", "staff[0].password (nobody@b.example): There is no such account yet")]
    public async Task Apply_WrongYaml_IsRefusedWithItsPlace(string document, string words)
    {
        var refused = await VerbAsync(document, "apply", "-");

        Assert.AreEqual(1, refused.ExitCode, refused.Output);
        Assert.Contains(words, refused.Error);
    }

    [TestMethod]
    public async Task Setup_Host_WantsACertificateOrNone()
    {
        var neither = await VerbAsync("", "setup", "host", "proxy.harbour.example");
        var unagreed = await VerbAsync("", "setup", "host", "proxy.harbour.example", "--email", "a@b.example");

        Assert.AreEqual(2, neither.ExitCode);
        Assert.Contains("or --no-certificate", neither.Error);
        Assert.AreEqual(1, unagreed.ExitCode);
        Assert.Contains("your agreement", unagreed.Error);
    }
}
