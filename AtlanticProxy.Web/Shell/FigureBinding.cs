using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Shell;

/// <summary>
/// Numbers, sizes, speeds and days of forms and addresses, read by the parser that the command line and documents have. MVC's own
/// reads them in the culture of the machine, and 9,99 as 999.
/// </summary>
internal sealed class FigureBinding : IModelBinderProvider
{
    private static readonly Dictionary<Type, Func<string, (object? Value, Result Read)>> Readers = new()
    {
        [typeof(decimal)] = text => Boxed(Figures.Number(text)),
        [typeof(int)] = text => Boxed(Figures.Whole(text, int.MinValue, int.MaxValue).Then(number => (int)number)),
        [typeof(long)] = text => Boxed(Figures.Whole(text)),
        [typeof(DateOnly)] = text => Boxed(Figures.Day(text)),
        [typeof(DataSize)] = text => Boxed(DataSize.Parse(text)),
        [typeof(DataRate)] = text => Boxed(DataRate.Parse(text)),
    };

    public IModelBinder? GetBinder(ModelBinderProviderContext context) =>
        Readers.TryGetValue(context.Metadata.UnderlyingOrModelType, out var read) ? new Binder(read) : null;

    private static (object? Value, Result Read) Boxed<T>(Result<T> read) => (read.IsSuccess ? read.Value : null, read);

    private sealed class Binder(Func<string, (object? Value, Result Read)> read) : IModelBinder
    {
        public Task BindModelAsync(ModelBindingContext context)
        {
            var given = context.ValueProvider.GetValue(context.ModelName);
            if (given == ValueProviderResult.None)
                return Task.CompletedTask;
            context.ModelState.SetModelValue(context.ModelName, given);
            string text = given.FirstValue ?? "";
            if (string.IsNullOrWhiteSpace(text))
            {
                if (context.ModelMetadata.IsReferenceOrNullableType)
                    context.Result = ModelBindingResult.Success(null);
                else
                    context.ModelState.TryAddModelError(context.ModelName, T["Enter a number."]);
                return Task.CompletedTask;
            }
            var (value, outcome) = read(text);
            if (outcome.IsSuccess)
                context.Result = ModelBindingResult.Success(value);
            else
                context.ModelState.TryAddModelError(context.ModelName, T[outcome.Errors[0].Words]);
            return Task.CompletedTask;
        }
    }
}
