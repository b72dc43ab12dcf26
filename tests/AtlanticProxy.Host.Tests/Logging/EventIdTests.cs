using System.Reflection;
using AtlanticProxy.Host.Jobs;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Host.Tests.Logging;

[TestClass]
public sealed class EventIdTests
{
    [TestMethod]
    public void EventIds_OfTheHost_NameOneMessageEach()
    {
        var messages =
            from type in typeof(JobRunner).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic
                | BindingFlags.Public | BindingFlags.DeclaredOnly)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            select (message.EventId, Name: $"{type.Name}.{method.Name}");
        var ids = messages.ToLookup(message => message.EventId, message => message.Name);

        Assert.IsNotEmpty(ids);
        Assert.AreEqual("",
            string.Join("; ", ids.Where(names => names.Count() > 1).Select(names => $"{names.Key}: {string.Join(", ", names)}")));
    }
}
