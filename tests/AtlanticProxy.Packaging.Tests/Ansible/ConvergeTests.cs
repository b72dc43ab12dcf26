using System.Globalization;
using System.Text.Json;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Packaging.Tests.Ansible;

/// <summary>The playbook <c>site</c>, from a bare Debian on.</summary>
[TestClass]
public sealed class ConvergeTests
{
    private const string Secrets = "sha256sum /var/lib/atlanticproxy/secret.key; stat -c '%n %y' /etc/atlanticproxy/* "
        + "/etc/systemd/system/atlanticproxy* /etc/sysctl.d/* /etc/apt/apt.conf.d/*";

    [TestMethod]
    public async Task FromNothing_ByTheReadmesLines_ACustomerIsServed()
    {
        var made = await ConvergedDebian.ConvergenceAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"From nothing to a proxied request: {made.Took.TotalSeconds:0} s."));

        using var exit = JsonDocument.Parse(made.Said.Trim().Split('\n')[^1]);
        Assert.AreEqual("DE", exit.RootElement.GetProperty("country").GetString());
        StringAssert.Contains(made.Check, "has no appliance yet");
        StringAssert.Contains(made.Check, "changed=1 ");
        StringAssert.Contains(made.Check, "failed=0 ");
    }

    // Business case 23.
    [TestMethod]
    public async Task ASecondRun_AndACheck_ChangeNothing_AndSecretsStay()
    {
        var (server, controller) = await ConvergedDebian.BootAsync();
        await using var _ = server;
        using var __ = controller;
        string before = await server.RunAsync(Secrets);

        AssertUnchanged(await controller.PlayAsync(server, "site"));
        AssertUnchanged(await controller.PlayAsync(server, "site", "--check"));
        var other = await controller.PlayAsync(server, "site", "--check --diff -e appliance_banner=Other");
        Assert.AreEqual(0, other.ExitCode, other.ToString());
        StringAssert.Contains(other.Text, "+    \"Banner\": \"Other\"");

        Assert.AreEqual(before, await server.RunAsync(Secrets));
        string rules = await server.RunAsync("nft list table inet atlanticproxy");
        StringAssert.Contains(rules, "policy drop");
        StringAssert.Contains(rules, "tcp dport 22 accept");
        StringAssert.Contains(
            await server.RunAsync("apt-config dump Unattended-Upgrade::Origins-Pattern"), "label=Debian-Security");
    }

    [TestMethod]
    public async Task WithAHostName_ThePortalHasACertificate_AndItsBanner_AndIsHealthy()
    {
        var (server, controller) = await ConvergedDebian.BootAsync();
        await using var _ = server;
        using var __ = controller;
        string authority = Path.Combine(AppContext.BaseDirectory, "Ansible", "authority");
        await File.WriteAllTextAsync(Path.Combine(controller.Home, "hosts"), "127.0.0.1 localhost portal.harbour.test\n");

        string said = await controller.RunAsync(server, $$$"""
            cat >>inventories/mine/group_vars/all/main.yml <<'YAML'
            appliance_acme_directory: https://127.0.0.1:14000/dir
            appliance_acme_ca: "{{ lookup('ansible.builtin.file', '{{{controller.Home}}}/own.pem') }}"
            YAML
            certificate='certificate: { email: you@harbour.test, agreeToTerms: true }'
            sed -i "s/^  site:/&\n    hostName: portal.harbour.test\n    $certificate/" \
                inventories/mine/group_vars/all/appliance.yml
            bash {{{authority}}} {{{controller.Home}}} unshare --mount bash -ec '
                mount --bind {{{controller.Home}}}/hosts /etc/hosts
                ansible-playbook -i inventories/mine/hosts.yml playbooks/site.yml
                ansible-playbook -i inventories/mine/hosts.yml tests/verify.yml -e verify_ca={{{controller.Home}}}/root.pem'
            """);
        StringAssert.Contains(said, "site: host portal.harbour.test, with a certificate");
        Assert.IsFalse(said.Contains("skipping: [staging]\n\nTASK [Require the portal's page", StringComparison.Ordinal), said);
    }

    private static void AssertUnchanged(ToolResult run)
    {
        Assert.AreEqual(0, run.ExitCode, run.ToString());
        StringAssert.Contains(run.Text, "changed=0 ", run.ToString());
    }
}
