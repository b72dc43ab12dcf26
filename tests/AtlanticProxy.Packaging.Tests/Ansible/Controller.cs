using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Packaging.Tests.Ansible;

/// <summary>
/// A reseller's own machine: a home with the collection and a key that servers let in. It reaches a server through that one's own
/// network, where the server is 127.0.0.1.
/// </summary>
public sealed class Controller : IDisposable
{
    private Controller()
    {
    }

    public string Home { get; } = Directory.CreateTempSubdirectory("atlantic-ansible-").FullName;

    private string Key => Path.Combine(Home, "key");

    /// <summary>
    /// With the collection in a copy, which the test may change: what git has or would take, and nobody's own inventory.
    /// </summary>
    public static async Task<Controller> CreateAsync()
    {
        var controller = new Controller();
        await Commands.RunAsync("bash", "-c",
            """
            set -o pipefail
            cd "$1" && git -c safe.directory="$1" ls-files -co --exclude-standard -z ansible |
                rsync -a --from0 --files-from=- ./ "$2/"
            """, "copy", Checkout.Root, controller.Home);
        await Commands.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", controller.Key);
        return controller;
    }

    /// <summary>Another one with the same inventory, vault and key.</summary>
    public async Task<Controller> CopyAsync()
    {
        var controller = new Controller();
        foreach (string name in new[] { "ansible", "key", "key.pub", ".atlanticproxy-vault" })
            await Commands.RunAsync("cp", "-a", Path.Combine(Home, name), controller.Home);
        return controller;
    }

    /// <summary>Makes a server let this machine in, as whoever rents it out does.</summary>
    public async Task EnterAsync(BootedDebian server)
    {
        await server.RunAsync("install -d -m 700 /root/.ssh");
        await server.CopyInAsync(Key + ".pub", "/root/.ssh/authorized_keys");
        // There is no way to Debian's servers: all that is installed lies in apt's cache, whose lists count as new.
        await server.RunAsync("install -d /var/lib/apt/periodic; touch /var/lib/apt/periodic/update-success-stamp");
    }

    /// <summary>Runs lines of a shell in the collection's folder.</summary>
    public Task<ToolResult> TryAsync(BootedDebian server, string lines) => server.FromOutsideAsync("env",
        $"HOME={Home}", $"ANSIBLE_HOME={Home}/.ansible", $"ANSIBLE_PRIVATE_KEY_FILE={Key}", "ANSIBLE_HOST_KEY_CHECKING=False",
        "ANSIBLE_SSH_ARGS=-F none -o UserKnownHostsFile=/dev/null -o ControlMaster=auto -o ControlPersist=60s",
        $"ANSIBLE_VAULT_PASSWORD_FILE={Home}/.atlanticproxy-vault", "ANSIBLE_NOCOLOR=1", "SERVER=127.0.0.1",
        "bash", "-e", "-c", $"cd {Home}/ansible\n{lines}");

    /// <summary>What they said; they must succeed.</summary>
    public async Task<string> RunAsync(BootedDebian server, string lines)
    {
        var result = await TryAsync(server, lines);
        Assert.AreEqual(0, result.ExitCode, $"{lines}: {result}");
        return result.Text;
    }

    /// <summary>Plays a playbook with the inventory that the README makes.</summary>
    public Task<ToolResult> PlayAsync(BootedDebian server, string playbook, string options = "") =>
        TryAsync(server, $"ansible-playbook -i inventories/mine/hosts.yml playbooks/{playbook}.yml {options}");

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
