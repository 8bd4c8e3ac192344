"""stub"""
def shell(request):
    return {}
