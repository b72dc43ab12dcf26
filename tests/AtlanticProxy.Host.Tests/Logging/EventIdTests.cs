using System.Reflection;
using AtlanticProxy.ControlPlane;
using AtlanticProxy.Engine;
using AtlanticProxy.Host.Jobs;
using AtlanticProxy.Simulator;
using AtlanticProxy.Web;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Host.Tests.Logging;

/// <summary>An event id names one message of the whole product: people search logs by it. Each project has a thousand.</summary>
[TestClass]
public sealed class EventIdTests
{
    private static readonly (Type Of, int From)[] Ranges =
    [
        (typeof(ProxyEngine), 1000), (typeof(ControlPlaneServices), 2000), (typeof(PortalOptions), 3000),
        (typeof(JobRunner), 4000), (typeof(ProviderSimulator), 9000),
    ];

    private static readonly (int Id, int From, string Name)[] Messages =
    [
        .. from range in Ranges
           from type in range.Of.Assembly.GetTypes()
           from method in type.GetMethods(
               BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public
               | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select (message.EventId, range.From, $"{type.Name}.{method.Name}"),
    ];

    [TestMethod]
    public void EventIds_OfAllProjects_NameOneMessageEach()
    {
        var ids = Messages.ToLookup(message => message.Id, message => message.Name);

        Assert.IsGreaterThan(Ranges.Length, ids.Count);
        Assert.AreEqual("",
            string.Join("; ", ids.Where(names => names.Count() > 1).Select(names => $"{names.Key}: {string.Join(", ", names)}")));
    }

    [TestMethod]
    public void EventIds_OfEachProject_AreInItsThousand()
    {
        foreach (var (_, from) in Ranges)
            Assert.IsTrue(Messages.Any(message => message.From == from),
                $"the project from {from} on has none: is it still found?");

        Assert.AreEqual("",
            string.Join("; ",
                Messages.Where(message => message.Id / 1000 * 1000 != message.From)
                    .Select(message => $"{message.Id} {message.Name}")));
    }
}
