using System.Globalization;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Binders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Web.Shell;

/// <summary>
/// Decimals as number fields send them, with a point and without thousands separators: MVC's own reading takes 9,99 for 999. What
/// is read in the culture of the machine is read in none here.
/// </summary>
internal sealed class DecimalBinding : IModelBinderProvider
{
    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint
    | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    public IModelBinder? GetBinder(ModelBinderProviderContext context) =>
        context.Metadata.UnderlyingOrModelType == typeof(decimal)
        ? new Binder(new DecimalModelBinder(Styles, context.Services.GetRequiredService<ILoggerFactory>()))
        : null;

    private sealed class Binder(DecimalModelBinder inner) : IModelBinder
    {
        public async Task BindModelAsync(ModelBindingContext context)
        {
            context.ValueProvider = new WithoutCulture(context.ValueProvider);
            await inner.BindModelAsync(context);
        }
    }

    private sealed class WithoutCulture(IValueProvider values) : IValueProvider
    {
        public bool ContainsPrefix(string prefix) => values.ContainsPrefix(prefix);

        public ValueProviderResult GetValue(string key) => values.GetValue(key) is var found && found == ValueProviderResult.None
            ? found
            : new ValueProviderResult(found.Values, CultureInfo.InvariantCulture);
    }
}
